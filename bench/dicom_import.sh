#!/usr/bin/env bash
# DICOM intake beside dcm2niix (Debian): the same tree, whole processes, one thread, warm file cache. FOLDER is copied
# COPIES times (default 10), so that starting a process does not count. Prints files a second and the ratios.
#   bench/dicom_import.sh FOLDER [COPIES]
set -euo pipefail
cd "$(dirname "$0")/.."
source=${1:?a folder of DICOM}
copies=${2:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v dcm2niix >/dev/null || { echo 'dcm2niix is not installed (package dcm2niix)'; exit 1; }
for n in $(seq "$copies"); do cp -rL --no-preserve=mode "$source" "$work/tree$n"; done
mkdir "$work/in" && mv "$work"/tree* "$work/in"
files=$(find "$work/in" -type f | wc -l)
mb=$(du -sm "$work/in" | cut -f1)
find "$work/in" -type f -exec cat {} + >/dev/null

best() {  # command...: processor and wall seconds of the run of five that took the processor least
  local fastest=
  for _ in 1 2 3 4 5; do
    rm -rf "$work/out" && mkdir "$work/out"
    /usr/bin/time -o "$work/time" -f '%U %S %e' "$@" >/dev/null 2>&1 || true
    fastest=$(awk 'NF == 3 {print $1 + $2, $3}' "$work/time" | cat - <(echo "$fastest") | grep . | sort -g | head -1)
  done
  echo "$fastest"
}
export OMP_NUM_THREADS=1
report() {  # label, files, MB, larc's seconds, dcm2niix's seconds
  awk -v label="$1" -v files="$2" -v mb="$3" -v a="$4" -v b="$5" 'BEGIN {
    split(a, x, " "); split(b, y, " ")
    printf "%-26s larc %.2f s processor, %.2f s wall: %.0f files/s, %.0f MB/s; dcm2niix %.2f s, %.2f s: %.0f files/s; processor %.1f times\n",
           label, x[1], x[2], files / x[2], mb / x[2], y[1], y[2], files / y[2], y[1] / x[1]}'
}
report "headers, grouped" "$files" "$mb" "$(best build/bin/bench_dicom_import "$work/in")" \
  "$(best dcm2niix -b o -f %s_%d -o "$work/out" "$work/in")"
# Copies hold the same images under the same identifiers, which are one series each: the conversion takes one copy.
one=$work/in/tree1
report "one copy to .nii" "$(find "$one" -type f | wc -l)" "$(du -sm "$one" | cut -f1)" \
  "$(best build/bin/bench_dicom_import "$one" "$work/out")" "$(best dcm2niix -b n -z n -f %s_%d -o "$work/out" "$one")"
