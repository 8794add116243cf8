# Six soft-tissue sarcomas as DICOM + RTSTRUCT and as NIfTI give the same features.
. "$(dirname "$0")/lib.sh"
. "$HERE/real_data.sh"
needs_real_data

new_study dicom "$LARC_SOURCE_DIR/examples/sts/study.yaml"
new_study nifti "$LARC_SOURCE_DIR/examples/sts/study.yaml"
expect_exit 0 "$LARC" import "$WORK/dicom" "$STS_DICOM" "$STS_NIFTI/outcomes.csv" --json
expect_json images 6
expect_json masks 6
expect_json failed []
mkdir "$WORK/six"
for patient in $(ls "$STS_DICOM"); do
  [ -d "$STS_NIFTI/$patient" ] && ln -s "$STS_NIFTI/$patient" "$WORK/six/$patient"
done
expect_exit 0 "$LARC" import "$WORK/nifti" "$WORK"/six/* "$STS_NIFTI/outcomes.csv" --json
expect_json images 6
expect_json failed []
for form in dicom nifti; do
  expect_exit 0 "$LARC" extract "$WORK/$form" --json
  expect_json cases/done 6
done
same_features "$WORK/dicom/features/t1_tumour.csv" "$WORK/nifti/features/t1_tumour.csv" 1e-6

note "too few for a model: a report with the reason"
expect_exit 0 "$LARC" run "$WORK/dicom" --json
expect_json_has models/0/refused "at least 10 of each are needed"
expect_file "$WORK/dicom/reports/study.html"
