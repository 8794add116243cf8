#!/usr/bin/env bash
# DICOM intake beside dcm2niix (Debian) on the same tree, warm file cache: whole processes, the run of RUNS (default 3)
# that took the processor least. DISK is a study with a raw disk in DISK/incoming; without one it is made, 200 patients,
# about 42,000 files and 0.9 GB.
#   bench/dicom_import.sh [DISK]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v dcm2niix >/dev/null || { echo 'dcm2niix is not installed (package dcm2niix)'; exit 1; }
larc=$PWD/build/bin/larc
runs=${RUNS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
disk=${1:-$work/disk}
[ $# -gt 0 ] || "$larc" init "$disk" --demo --demo-patients 200 --demo-disk raw --quiet >/dev/null
in=$disk/incoming
files=$(find "$in" -type f | wc -l)
mb=$(du -sm --apparent-size "$in" | cut -f1)
find "$in" -type f -exec cat {} + >/dev/null
echo "$files files, $mb MB, $(nproc) processors, dcm2niix $(dcm2niix -v | sed -n 's/^v//p' | head -1)"

fresh_out() { rm -rf "$work/out" && mkdir "$work/out"; }
fresh_study() { rm -rf "$work/study" && mkdir "$work/study" && cp "$disk/study.yaml" "$work/study"; }

measure() {  # variable, label, what prepares a run, command...: processor s, wall s, MB of the best run
  local variable=$1 label=$2 prepare=$3 best=
  shift 3
  for _ in $(seq "$runs"); do
    "$prepare"
    /usr/bin/time -o "$work/time" -f '%U %S %e %M' "$@" >/dev/null 2>&1 || true
    best=$(awk 'NF == 4 {print $1 + $2, $3, $4 / 1024}' "$work/time" | cat - <(echo "$best") | grep . | sort -g | head -1)
  done
  read -r processor wall peak <<<"$best"
  printf -v "$variable" %s "$processor"
  printf -v "${variable}_wall" %s "$wall"
  awk -v label="$label" -v files="$files" -v mb="$mb" -v p="$processor" -v w="$wall" -v m="$peak" 'BEGIN {
    printf "%-44s %7.2f s processor %7.2f s wall %6.0f files/s %5.0f MB/s %5.0f MB peak\n", label, p, w, files / w, mb / w, m}'
}
ratio() { awk -v label="$1" -v a="$2" -v b="$3" 'BEGIN {printf "  %-60s %.2f\n", label, a / b}'; }

export OMP_NUM_THREADS=1
measure headers "larc, headers grouped and split" fresh_out build/bin/bench_dicom_import "$in"
measure sidecars "dcm2niix -b o" fresh_out dcm2niix -b o -f %j_%s -o "$work/out" "$in"
measure nifti "larc, every series to .nii" fresh_out build/bin/bench_dicom_import "$in" "$work/out"
measure dcm2niix "dcm2niix -z n (.nii)" fresh_out dcm2niix -b n -z n -f %j_%s -o "$work/out" "$in"
measure gz "dcm2niix -z i (.nii.gz)" fresh_out dcm2niix -b n -z i -f %j_%s -o "$work/out" "$in"
measure two "larc import, two threads" fresh_study "$larc" import "$work/study" "$in" --threads 2
measure one "larc import, one thread" fresh_study "$larc" import "$work/study" "$in" --threads 1
measure again "larc import again" : "$larc" import "$work/study" "$in" --threads 1
measure reread "larc import --reread" : "$larc" import "$work/study" "$in" --threads 1 --reread

echo "ratios; more than 1: larc is faster"
ratio "headers, processor: dcm2niix -b o / larc" "$sidecars" "$headers"
ratio "to .nii, processor: dcm2niix -z n / larc" "$dcm2niix" "$nifti"
ratio "import, processor: dcm2niix -z n / larc import" "$dcm2niix" "$one"
ratio "import, processor: dcm2niix -z i / larc import" "$gz" "$one"
ratio "import, wall: one thread / two" "$one_wall" "$two_wall"
