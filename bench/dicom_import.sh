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

best() {  # command...: the fastest of five, in seconds
  local fastest=
  for _ in 1 2 3 4 5; do
    rm -rf "$work/out" && mkdir "$work/out"
    /usr/bin/time -o "$work/time" -f %e "$@" >/dev/null 2>&1 || true
    seconds=$(tail -1 "$work/time")
    fastest=$(printf "%s\n" "$seconds" "${fastest:-$seconds}" | sort -g | head -1)
  done
  echo "$fastest"
}
export OMP_NUM_THREADS=1
report() {  # label, larc seconds, dcm2niix seconds
  awk -v label="$1" -v a="$2" -v b="$3" -v files="$files" -v mb="$mb" 'BEGIN {
    printf "%-34s larc %6.2f s %6.0f files/s %5.0f MB/s   dcm2niix %6.2f s %6.0f files/s   ratio %.1f\n",
           label, a, files / a, mb / a, b, files / b, b / a}'
}
echo "$files files, $mb MB"
report 'headers, grouped' "$(best build/bin/bench_dicom_import "$work/in")" \
  "$(best dcm2niix -b o -f %s_%d -o "$work/out" "$work/in")"
report 'whole conversion to .nii' "$(best build/bin/bench_dicom_import "$work/in" "$work/out")" \
  "$(best dcm2niix -b n -z n -f %s_%d -o "$work/out" "$work/in")"
