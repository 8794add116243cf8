# The published sarcoma study from NIfTI to report: 33 patients, three kinds of model, validated.
. "$(dirname "$0")/lib.sh"
. "$HERE/real_data.sh"
needs_real_data

new_study sts "$LARC_SOURCE_DIR/examples/sts/study.yaml"
expect_exit 0 "$LARC" import "$WORK/sts" "$STS_NIFTI" --json
expect_json patients 33
expect_json images 33
expect_json masks 33
expect_json failed []
expect_exit 0 "$LARC" run "$WORK/sts" --json
expect_one_document
expect_json cases/done 33
expect_json models/kind=radiomics/n 33
expect_json models/kind=radiomics/events 12
for kind in radiomics deep combined; do
  expect_json models/kind=$kind/internal/metric auc
  echo "$kind: auc $(json models/kind=$kind/internal/value) ($(json models/kind=$kind/internal/lower) to $(json models/kind=$kind/internal/upper))"
done
expect_file "$WORK/sts/reports/study.html" "$WORK/sts/reports/study.json"
expect_no_partial "$WORK/sts"
expect_exit 0 "$LARC" models "$WORK/sts" verify
expect_exit 0 "$LARC" predict "$WORK/sts" --patient STS_002 --json
expect_json patient STS_002
