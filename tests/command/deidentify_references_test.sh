# Images and their structure sets still belong together after de-identification: the same masks, the same features.
. "$(dirname "$0")/lib.sh"
. "$HERE/real_data.sh"
needs_real_data

SECRET=$WORK/secret
expect_exit 0 "$LARC" deidentify "$STS_DICOM/STS_002" "$STS_DICOM/STS_015" --out "$WORK/clean" --secret "$SECRET" \
  --create-secret --keep-table "$WORK/table.csv" --json
expect_json patients 2
expect_json refused []
expect_json copies 0
if grep -rq "STS_0" "$WORK/clean"; then fail "an id is in the output"; fi

# The same patients' outcomes, under the ids of each side.
{
  echo "patient_id,lung_metastasis"
  grep -E "^(STS_002|STS_015)," "$STS_NIFTI/outcomes.csv" | cut -d, -f1,2
} >"$WORK/outcomes.csv"
awk -F, 'NR == FNR { code[$1] = $2; next } FNR == 1 { print; next } { print code[$1] "," $2 }' \
  "$WORK/table.csv" "$WORK/outcomes.csv" >"$WORK/clean.csv"
[ "$(grep -c "^P" "$WORK/clean.csv")" = 2 ] || fail "the table of ids does not hold both patients: $(cat "$WORK/table.csv")"

new_study before "$LARC_SOURCE_DIR/examples/sts/study.yaml"
new_study after "$LARC_SOURCE_DIR/examples/sts/study.yaml"
expect_exit 0 "$LARC" import "$WORK/before" "$STS_DICOM/STS_002" "$STS_DICOM/STS_015" "$WORK/outcomes.csv" --json
expect_json masks 2
expect_exit 0 "$LARC" import "$WORK/after" "$WORK/clean" "$WORK/clean.csv" --json
expect_json images 2
expect_json masks 2
expect_json failed []
for study in before after; do
  expect_exit 0 "$LARC" extract "$WORK/$study" --json
  expect_json cases/done 2
  cut -d, -f3- "$WORK/$study/features/t1_tumour.csv" | LC_ALL=C sort >"$WORK/$study.features"
done
[ "$(wc -l <"$WORK/before.features")" = 3 ] || fail "not two rows of features"
diff "$WORK/before.features" "$WORK/after.features" || fail "features differ after de-identification"
