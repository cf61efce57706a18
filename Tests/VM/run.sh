#!/bin/bash
# The real thing in a virtual machine: Debian, systemd, the service by its unit, and cameras that the kernel drives.
# Prints 'PASS name' and 'FAIL name: why' lines, and 'N passed, N failed' at the end; exits 0 when none failed.
#
#   usage: run.sh                       (Debian 12; root, or sudo without a password)
#
# NEURALLENS_BIN        folder of neurallensd, neurallens and neurallens-lab      (.build/release)
# NEURALLENS_TEST_LENS  folder of a small lens; emulation is slow                 (Tests/Fixtures/lenses/small)
# NEURALLENS_VM_CACHE   folder of the virtual machine's disk, made once           (.build/vm)
# NEURALLENS_VM_LIMIT   seconds after which the machine is switched off           (900 with KVM, 2700 without)
# NEURALLENS_VM_ACCEL   kvm or tcg                                                (kvm where it works)
# NEURALLENS_VM_ONLY    checks whose names hold one of these texts, and their needs (all)
set -euo pipefail

here=$(dirname "$(realpath "$0")")
repository=$(realpath "$here/../..")
binaries=$(realpath -m "${NEURALLENS_BIN:-$repository/.build/release}")
lens=$(realpath -m "${NEURALLENS_TEST_LENS:-$repository/Tests/Fixtures/lenses/small}")
cache=$(realpath -m "${NEURALLENS_VM_CACHE:-$repository/.build/vm}")

say() { echo "vm: $*" >&2; }
die() { say "$*"; echo "0 passed, 1 failed"; exit 1; }

if [ "$(id -u)" != 0 ]; then
    exec sudo --preserve-env=NEURALLENS_BIN,NEURALLENS_TEST_LENS,NEURALLENS_VM_CACHE,NEURALLENS_VM_LIMIT,NEURALLENS_VM_ACCEL,NEURALLENS_VM_ONLY "$0" "$@"
fi
for program in neurallensd neurallens neurallens-lab; do
    [ -x "$binaries/$program" ] || die "no $program in $binaries; build it first: swift build -c release"
done
[ -f "$lens/lens.json" ] || die "no lens in $lens; set NEURALLENS_TEST_LENS to the folder of one"

# Tools of the host.
packages=(qemu-system-x86 mmdebstrap busybox-static cpio e2fsprogs kmod gcc make libelf1 binutils)
missing=$(for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || echo "$package"
done)
if [ -n "$missing" ]; then
    say "installing" $missing
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $missing > /dev/null
fi

# The disk of the machine, made anew when its recipe changes.
recipe=$(cat "$here/image.sh" "$here/init" | sha256sum | cut -c1-16)
if [ "$(cat "$cache/recipe" 2> /dev/null)" != "$recipe" ]; then
    mkdir -p "$cache"
    rm -f "$cache/recipe"
    "$here/image.sh" "$cache" || die "the virtual machine's disk could not be made"
    echo "$recipe" > "$cache/recipe"
fi

# What is tested, on a second disk: programs, units, lens, and the fields that the camera will see.
work=$(mktemp -d "$cache/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/payload/bin"
for program in neurallensd neurallens neurallens-lab; do
    strip -o "$work/payload/bin/$program" "$binaries/$program"
done
# The Swift runtime, where the programs were not linked with it.
mkdir "$work/payload/lib"
ldd "$binaries"/{neurallensd,neurallens,neurallens-lab} | awk '/\/swift\// { print $3 }' | sort -u |
    while read -r library; do cp "$library" "$work/payload/lib/"; done
# Resources that a program finds beside itself.
find "$binaries/" -maxdepth 1 -name '*.resources' -exec cp -r {} "$work/payload/bin/" \;
cp -r "$repository/Systemd/." "$work/payload/systemd"
cp -rL "$lens" "$work/payload/lens"
cp -r "$here/guest" "$work/payload/guest"
"$binaries/neurallens-lab" simulate --fields 3 --seed 7 --view camera --raw -o "$work/payload/fields" > "$work/simulate.log" 2>&1 ||
    { cat "$work/simulate.log" >&2; die "the simulated microscope made no fields"; }
echo "${NEURALLENS_VM_ONLY:-}" > "$work/payload/only"
mke2fs -q -t ext4 -d "$work/payload" "$work/payload.ext4" "$(($(du -sm "$work/payload" | cut -f1) * 5 / 4 + 32))M" > /dev/null
truncate -s 64M "$work/artifacts"
: > "$work/results"

# KVM where it boots a kernel, else emulation. Debian 12's OpenBLAS is trusted with AVX2, not with every AVX-512 machine.
kvm=(-accel kvm -cpu max,-avx512f,-avx512-bf16)
tcg=(-accel tcg,thread=multi -cpu max)
kvm_works() (
    set +o pipefail
    [ -w /dev/kvm ] && timeout 15 qemu-system-x86_64 "${kvm[@]}" -m 512 -nodefaults -no-reboot -display none \
        -kernel "$cache/vmlinuz" -append "console=ttyS0 panic=-1" -serial stdio < /dev/null 2>&1 | grep -q 'Linux version'
)
accelerator=${NEURALLENS_VM_ACCEL:-$(kvm_works && echo kvm || echo tcg)}
if [ "$accelerator" = kvm ]; then processor=("${kvm[@]}") limit=900; else processor=("${tcg[@]}") limit=2700; fi
limit=${NEURALLENS_VM_LIMIT:-$limit}

# Emulated clocks of a busy host fail the kernel's checks of timers, processors' pace and stalls.
patient="no_timer_check tsc=reliable nowatchdog rcupdate.rcu_cpu_stall_suppress=1 mitigations=off"
say "booting with $accelerator"
started=$SECONDS
TMPDIR=$work timeout -k 5 "$limit" qemu-system-x86_64 "${processor[@]}" -smp 2 -m 2048 -nodefaults -no-reboot -display none \
    -kernel "$cache/vmlinuz" -initrd "$cache/initrd" -append "console=ttyS0 panic=-1 quiet systemd.show_status=0 $patient" \
    -drive "file=$cache/root.ext4,if=virtio,format=raw,snapshot=on" \
    -drive "file=$work/payload.ext4,if=virtio,format=raw,read-only=on" \
    -drive "file=$work/artifacts,if=virtio,format=raw" \
    -object rng-random,filename=/dev/urandom,id=rng -device virtio-rng-pci,rng=rng \
    -serial "file:$cache/console.log" -serial "file:$work/results" &
machine=$!
trap 'kill "$machine" 2> /dev/null || true; rm -rf "$work"' EXIT
tail -n +1 -q -f --pid="$machine" "$work/results"
status=0
wait "$machine" || status=$?

# Journal, security report and other papers of the run stay for reading.
rm -rf "$cache/artifacts"
mkdir -p "$cache/artifacts"
tar -C "$cache/artifacts" -xf "$work/artifacts" 2> /dev/null || true
tr -d '\r' < "$work/results" > "$cache/artifacts/results.txt"
passed=$(grep -c '^PASS ' "$cache/artifacts/results.txt" || true)
failed=$(grep -c '^FAIL ' "$cache/artifacts/results.txt" || true)
if ! grep -q '^END$' "$cache/artifacts/results.txt"; then
    failed=$((failed + 1))
    [ "$status" != 124 ] || say "switched off after $limit s"
    tail -n 30 "$cache/console.log" >&2
    echo "FAIL machine: it ended before the last check; see $cache/console.log"
fi
say "$((SECONDS - started)) s in the machine; papers in $cache/artifacts, console in $cache/console.log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
