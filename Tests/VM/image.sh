#!/bin/bash
# Makes the virtual machine's disk once: Debian 12 with systemd, the kernel's virtual cameras, and the libraries the
# programs need. Writes DIRECTORY/vmlinuz, DIRECTORY/initrd and DIRECTORY/root.ext4.
#
#   usage: image.sh DIRECTORY
#
# Nothing is installed on the host but tools: the kernel, its headers and the source of v4l2loopback are unpacked below
# DIRECTORY. Packages come from wherever the host's own apt takes Debian's.
set -euo pipefail

directory=$(realpath -m "${1:?usage: image.sh DIRECTORY}")
here=$(dirname "$(realpath "$0")")
work=$directory/work

guest_packages=(
    systemd systemd-sysv udev kmod procps python3 v4l-utils
    libopenblas0-pthread libv4lconvert0 libpng16-16 libtiff6 libjpeg62-turbo libsqlite3-0 libopencv-core406 libopencv-imgproc406 libssl3
)

say() { echo "vm: $*" >&2; }

debian_sources() {
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian'
}

rm -rf "$work"
mkdir -p "$work"
cd "$work"
[ -n "$(debian_sources)" ] || apt-get -qq update
[ -n "$(debian_sources)" ] || { say "apt knows no Debian packages here; add Debian 12 to its sources"; exit 1; }

# The kernel and its headers, of one version.
kernel=$(apt-cache depends linux-headers-amd64 | sed -n 's/^ *Depends: linux-headers-//p')
kbuild=$(apt-cache depends "linux-headers-$kernel" | sed -n 's/^ *Depends: \(linux-kbuild-.*\)/\1/p')
say "kernel $kernel"
mkdir packages
(
    cd packages
    apt-get -qq download "linux-image-$kernel" "linux-headers-$kernel" "linux-headers-${kernel%-amd64}-common" \
        "$kbuild" v4l2loopback-dkms 2> ../download.log || { cat ../download.log >&2; exit 1; }
)
for package in packages/*.deb; do dpkg -x "$package" kernel; done

# v4l2loopback against headers that lie in a folder of ours.
sed -i "s|/usr/src|$work/kernel/usr/src|" "kernel/usr/src/linux-headers-$kernel/Makefile"
cp -r kernel/usr/src/v4l2loopback-* v4l2loopback
make -s -C "kernel/usr/src/linux-headers-$kernel" M="$work/v4l2loopback" modules > v4l2loopback.log 2>&1 ||
    { cat v4l2loopback.log >&2; exit 1; }
install -Dm644 v4l2loopback/v4l2loopback.ko "kernel/lib/modules/$kernel/extra/v4l2loopback.ko"
depmod -b kernel "$kernel"

# Paths of a module and everything it needs, in the order of insertion.
module_files() {
    local module
    for module; do modprobe -d "$work/kernel" -S "$kernel" --show-depends "$module"; done |
        awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# The initramfs inserts what the disk needs and switches to it.
mkdir -p initramfs/{bin,modules,proc,sys,dev,root}
cp "$(command -v busybox)" initramfs/bin/busybox
install -m755 "$here/init" initramfs/init
module_files virtio_pci virtio_blk ext4 |
    while read -r file; do cp "$file" initramfs/modules/; basename "$file"; done > initramfs/modules/order
(cd initramfs && find . | cpio --quiet -o -H newc | gzip -1) > initrd

# The system itself.
say "Debian root file system (a few minutes the first time)"
apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|Allow)[A-Za-z:-]* ' > apt-options || true
debian_sources | mmdebstrap --mode=root --variant=essential --include="$(IFS=,; echo "${guest_packages[*]}")" \
    --aptopt="$work/apt-options" --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" root - 2> mmdebstrap.log || { cat mmdebstrap.log >&2; exit 1; }

mkdir -p "root/lib/modules/$kernel" root/payload
cp kernel/lib/modules/"$kernel"/modules.{builtin,builtin.modinfo,order} "root/lib/modules/$kernel/"
module_files virtio_pci virtio_blk virtio_rng ext4 autofs4 vivid v4l2loopback | while read -r file; do
    install -Dm644 "$file" "root${file#"$work/kernel"}"
done
depmod -b root "$kernel"

echo neurallens-vm > root/etc/hostname
cat > root/etc/fstab <<END
/dev/vda / ext4 rw,noatime 0 1
/dev/vdb /payload ext4 ro 0 0
END
cat > root/etc/systemd/system/checks.service <<END
[Unit]
Description=Checks of NeuralLens
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -u /payload/guest/checks.py
StandardOutput=file:/dev/ttyS1
StandardError=inherit
TimeoutStartSec=infinity
END
mkdir -p root/etc/systemd/system/multi-user.target.wants
ln -s ../checks.service root/etc/systemd/system/multi-user.target.wants/
# The consoles belong to the log and to the checks; nothing here waits for time, network or a person.
for unit in serial-getty@ttyS0.service serial-getty@ttyS1.service getty@tty1.service systemd-timesyncd.service \
    systemd-binfmt.service proc-sys-fs-binfmt_misc.automount apt-daily.timer apt-daily-upgrade.timer \
    dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service; do
    ln -sf /dev/null "root/etc/systemd/system/$unit"
done

size=$(($(du -sm root | cut -f1) + 1024))
mke2fs -q -t ext4 -L root -d root root.ext4 "${size}M" > mke2fs.log

cp "kernel/boot/vmlinuz-$kernel" vmlinuz
mv vmlinuz initrd root.ext4 "$directory/"
cd "$directory"
rm -rf "$work"
say "made $(du -sh root.ext4 | cut -f1) of disk in $directory"
