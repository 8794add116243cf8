# Images and masks that cannot be used: each fails alone, with its reason; all other cases go on.
. "$(dirname "$0")/lib.sh"

D=$WORK/delivery
cohort "$D" 24
rm "$D/p01/t2.nii.gz"
head -c 900 "$D/p02/t2.nii.gz" >"$WORK/cut" && mv "$WORK/cut" "$D/p02/t2.nii.gz"
: >"$D/p03/t2.nii.gz"
echo "this is a letter, not an image" >"$D/p04/t2.nii.gz"
for bad in "p05 --shift-mask" "p06 --empty-mask" "p07 --one-voxel" "p08 --constant" "p09 --nan"; do
  set -- $bad
  "$MAKE_CASE" sphere "$D/$1/t2.nii.gz" "$D/$1/tumour.nii.gz" "$2" || fail "no case $1"
done
rm "$D/p10/tumour.nii.gz"
head -c -40 "$D/p11/tumour.nii.gz" >"$WORK/cut" && mv "$WORK/cut" "$D/p11/tumour.nii.gz"
mkdir "$D/dicom"
: >"$D/dicom/empty.dcm"
echo "this is a letter, not DICOM" >"$D/dicom/letter.dcm"

# expect_failed CASE STAGE TEXT...: the last answer lists the case, its stage and the reason.
expect_failed() {
  local case=${1//\//%2F} stage=$2 text
  shift 2
  expect_json "$failed/case=$case/stage" "$stage"
  for text in "$@"; do expect_json_has "$failed/case=$case/reason" "$text"; done
}

note "import"
new_study study
S=$WORK/study
expect_exit 0 "$LARC" import "$S" "$D" --json
expect_one_document
failed=failed
expect_json patients 24
check_import() {
  expect_failed p01/tumour import "tumour.nii.gz" "'t2'" "was not imported"
  expect_failed p02/t2 import "t2.nii.gz" "break off" "copy the file again"
  expect_failed p03/t2 import "t2.nii.gz" "empty" "copy"
  expect_failed p04/t2 import "t2.nii.gz is not a NIfTI image" "export the image again"
  expect_failed p05/tumour import "tumour.nii.gz" "origin differs by 30"
  expect_failed p06/tumour import "tumour.nii.gz" "is empty"
  expect_failed p09/t2 import "t2.nii.gz" "NaN"
  expect_failed p11/tumour import "tumour.nii.gz" "break off"
  expect_failed dicom/empty.dcm import "empty"
  expect_failed dicom/letter.dcm import "no DICOM"
}
grep -qF "$D" "$WORK/stdout" && fail "the reasons depend on where the delivery lies"
check_import
expect_stderr "failed p02/t2: " "failed dicom/letter.dcm: "
cp "$WORK/stdout" "$WORK/first"
expect_exit 0 "$LARC" import "$S" "$D" --json
cmp -s "$WORK/first" "$WORK/stdout" || fail "the same import answers something else the second time"

note "run"
expect_exit 0 "$LARC" run "$S" --json
expect_one_document
failed=cases/failed
expect_json cases/done 13
check_import
expect_failed p01 extract "'t2' was not imported"
expect_failed p02 extract "'t2' was not imported" "break off"
expect_failed p06 extract "'tumour' was not imported"
expect_failed p07 extract "the mask has 1 voxels" "outline"
expect_failed p08 extract "constant"
expect_failed p10 extract "'tumour' was not imported; import it"
expect_json models/0/n 13
expect_file "$S/reports/study.html"
[ "$(json cases/failed/case=p08/stage "$S/reports/study.json")" = extract ] || fail "the report does not list p08"
expect_no_partial "$S"
expect_exit 0 "$LARC" status "$S"
expect_stdout "p08: " "constant"

note "a mended file is taken up, and its failure forgotten"
"$MAKE_CASE" sphere "$D/p02/t2.nii.gz" "$D/p02/tumour.nii.gz" --seed 7
"$MAKE_CASE" sphere "$D/p06/t2.nii.gz" "$D/p06/tumour.nii.gz" --seed 8
rm "$D/dicom/letter.dcm"
expect_exit 0 "$LARC" import "$S" "$D"
expect_exit 0 "$LARC" run "$S" --json
expect_json cases/done 15
for case in p02 p02/t2 p02/tumour p06 p06/tumour dicom/letter.dcm; do
  json "cases/failed/case=${case//\//%2F}" >/dev/null && fail "$case is still listed as failed"
done

note "radiomics without a study"
R=$WORK/radiomics
mkdir "$R"
bad_radiomics() { # NAME IMAGE MASK TEXT...
  local name=$1 image=$2 mask=$3
  shift 3
  echo "   $name"
  expect_exit 3 "$LARC" radiomics "$image" "$mask" --out "$R/out.csv" --json
  expect_stderr "$@"
  [ ! -s "$WORK/stdout" ] || fail "a refused image wrote on standard output"
  expect_no_file "$R/out.csv"
}
"$MAKE_CASE" sphere "$R/good.nii.gz" "$R/good_mask.nii.gz"
expect_exit 0 "$LARC" radiomics "$R/good.nii.gz" "$R/good_mask.nii.gz"
for kind in empty-mask one-voxel constant nan shift-mask; do "$MAKE_CASE" sphere "$R/$kind.nii.gz" "$R/${kind}_mask.nii.gz" --$kind; done
"$MAKE_CASE" sphere "$R/plain.nii" "$R/plain_mask.nrrd"
expect_exit 0 "$LARC" radiomics "$R/plain.nii" "$R/plain_mask.nrrd"
for file in good.nii.gz plain.nii plain_mask.nrrd; do head -c -40 "$R/$file" >"$R/cut_$file"; done
: >"$R/empty.nii.gz"
: >"$R/empty.nrrd"
echo "a letter" >"$R/letter.nii.gz"
echo "a letter" >"$R/letter.mha"
cp "$R/good.nii.gz" "$R/good.docx"
bad_radiomics missing "$R/absent.nii.gz" "$R/good_mask.nii.gz" "absent.nii.gz does not exist"
bad_radiomics "missing mask" "$R/good.nii.gz" "$R/absent.nii.gz" "absent.nii.gz does not exist"
bad_radiomics "cut off, gz" "$R/cut_good.nii.gz" "$R/good_mask.nii.gz" "cut_good.nii.gz" "break off"
bad_radiomics "cut off, nii" "$R/cut_plain.nii" "$R/good_mask.nii.gz" "cut_plain.nii" "breaks off"
bad_radiomics "cut off mask, nrrd" "$R/good.nii.gz" "$R/cut_plain_mask.nrrd" "cut_plain_mask.nrrd"
bad_radiomics "zero bytes" "$R/empty.nii.gz" "$R/good_mask.nii.gz" "empty.nii.gz" "empty"
bad_radiomics "zero bytes, nrrd" "$R/good.nii.gz" "$R/empty.nrrd" "empty.nrrd"
bad_radiomics "a letter" "$R/letter.nii.gz" "$R/good_mask.nii.gz" "letter.nii.gz"
bad_radiomics "a letter, mha" "$R/letter.mha" "$R/good_mask.nii.gz" "letter.mha"
bad_radiomics "unknown extension" "$R/good.docx" "$R/good_mask.nii.gz" "good.docx" ".nii"
bad_radiomics "a folder" "$R" "$R/good_mask.nii.gz" "$R"
bad_radiomics "other geometry" "$R/shift-mask.nii.gz" "$R/shift-mask_mask.nii.gz" "origin differs by 30"
bad_radiomics "empty mask" "$R/empty-mask.nii.gz" "$R/empty-mask_mask.nii.gz" "empty-mask_mask.nii.gz" "the mask is empty"
bad_radiomics "NaN" "$R/nan.nii.gz" "$R/nan_mask.nii.gz" "NaN"
expect_exit 3 "$LARC" radiomics "$R/good.nii.gz" "$R/good_mask.nii.gz" --label 3
expect_stderr "3" "good_mask.nii.gz"

note "one voxel, a constant region: what is undefined is null with a reason, never 0"
for kind in one-voxel constant; do
  expect_exit 0 "$LARC" radiomics "$R/$kind.nii.gz" "$R/${kind}_mask.nii.gz" --json
  expect_one_document
  expect_json features/original_firstorder_Variance 0.0
  expect_json features/original_firstorder_Skewness null
  expect_json_has notes original_firstorder_Skewness
done
