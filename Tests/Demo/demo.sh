#!/usr/bin/env bash
# The main job on the simulated microscope, from an empty database to counts and pictures:
# a daemon starts, a slide is made, fields are captured, the lens runs on each, grains are counted.
#
# Usage: demo.sh BIN [FIELDS [SEED]]        BIN: folder of the programs. Pictures go to .build/demo.
set -euo pipefail
bin=$1
fields=${2:-3}
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$root/.build/demo
seed=${3:-7}
rm -rf "$out"
mkdir -p "$out"
started=$(date +%s)

export NEURALLENS_SOCKET=$out/control.sock
"$bin/neurallensd" --camera "simulated:$seed" --lens "$root/Models/iva-galanthus" --state-dir "$out/state" \
  --socket "$NEURALLENS_SOCKET" --log-level notice 2> "$out/daemon.log" &
daemon=$!
trap 'kill $daemon 2>/dev/null || true' EXIT

for _ in $(seq 150); do
  [ -S "$NEURALLENS_SOCKET" ] && break
  kill -0 $daemon 2>/dev/null || { cat "$out/daemon.log" >&2; exit 1; }
  sleep 0.2
done

"$bin/neurallens" status
"$bin/neurallens" slide create "Demo slide" --note "simulated microscope, seed $seed"
"$bin/neurallens" capture --slide "Demo slide" --count "$fields"
"$bin/neurallens" counts --surveyed "Demo slide"

grains=()
for capture in $(seq "$fields"); do
  grains+=("$out/grains-$capture.json")
  "$bin/neurallens" --json grains "$capture" > "$out/grains-$capture.json"
  for kind in input map magnified labelled only-iva only-galanthus; do
    "$bin/neurallens" image "$capture" "$kind" -o "$out/field-$capture-$kind.png" > /dev/null
  done
done

echo
echo "Against the simulated microscope's own truth (outlines overlapping by at least half):"
"$bin/neurallens-lab" simulate --fields "$fields" --seed "$seed" --view camera -o "$out/truth" > /dev/null
"$bin/neurallens-lab" score "$out/truth/truth.json" "${grains[@]}"

kill $daemon
wait $daemon
trap - EXIT
echo
echo "Pictures of each field are in .build/demo: the input, and five that the lens made."
ls "$out"/*.png | xargs -n1 basename | column -c 80
echo "Wall time $(( $(date +%s) - started )) s"
