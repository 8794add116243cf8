# From images and a table to a report and predictions, with every kind of model.
. "$(dirname "$0")/lib.sh"

new_study study
S=$WORK/study
cohort "$WORK/delivery" 24
expect_exit 0 "$LARC" import "$S" "$WORK/delivery" --json
expect_json patients 24
expect_json images 24
expect_json masks 24
expect_json failed []
expect_exit 0 "$LARC" screen "$S" --json
expect_json eligible 24
expect_file "$S/reports/flow.json"

note "run"
expect_exit 0 "$LARC" run "$S" --json
expect_one_document
grep -Eqi "volume alone|is not shown to be better than" "$WORK/stderr" || fail "nothing is said of volume alone"
cp "$WORK/stdout" "$WORK/run.json"
expect_json patients/imported 24
expect_json patients/eligible 24
expect_json patients/excluded 0
expect_json patients/unknown 0
expect_json cases/done 24
expect_json cases/failed []
expect_json models/# 8
for m in 0 1 2 3 4 5 6 7; do
  for key in id endpoint at kind n events internal/metric internal/value internal/lower internal/upper external brier \
    calibration_slope calibration_in_the_large; do
    expect_json_key "models/$m/$key"
  done
  expect_json "models/$m/n" 24
done
for kind in clinical radiomics combined deep; do
  expect_json_key "models/kind=$kind"
done
expect_json models/endpoint=response/internal/metric auc
expect_json models/endpoint=os/internal/metric c_harrell
expect_json_key models/endpoint=os/c_uno/value
expect_json report "$S/reports/study.html"
expect_file "$S/reports/study.html" "$S/reports/study.json" "$S/features/t2_tumour.csv"
expect_json study/id small "$S/reports/study.json"
[ "$(wc -l <"$S/features/t2_tumour.csv")" -eq 25 ] || fail "the feature table has not 24 rows"
! grep -qE '(src|href)="?https?://' "$S/reports/study.html" || fail "the report wants the network"
[ "$(ls "$S/models" | wc -l)" -eq 8 ] || fail "there are not 8 bundles"
expect_no_partial "$S"

note "what stands beside the models"
R=$S/reports/study.json
for key in suspects baselines/0/internal/value against_baselines/0/verdict harmonisation/internal/0/difference \
  leave_one_centre_out/centres/1/n leave_one_centre_out/models/0/centres/1/centre models/0/sample_size/events_per_parameter; do
  expect_json_key "endpoints/id=response/$key" "$R"
done
expect_json endpoints/id=response/baselines/0/kind volume "$R"
expect_json endpoints/id=response/baselines/0/columns/0 t2_original_shape_MeshVolume "$R"
expect_json endpoints/id=response/baselines/1/kind random "$R"
expect_json endpoints/id=response/baselines/2/kind clinical+radiomics "$R"
expect_json endpoints/id=response/leave_one_centre_out/models/3/kind deep "$R"
expect_json endpoints/id=response/leave_one_centre_out/models/# 9 "$R"
expect_json endpoints/id=response/leave_one_centre_out/centres/0/id north "$R"
expect_json endpoints/id=response/leave_one_centre_out/models/4/baseline true "$R"
# With two centres, the other one teaches alone: nothing to harmonise.
expect_json endpoints/id=response/leave_one_centre_out/models/7/harmonised true "$R"
expect_json_has endpoints/id=response/leave_one_centre_out/models/7/refused "training rows come from one centre" "$R"
expect_json endpoints/id=response/harmonisation/internal/1/kind combined "$R"
expect_json_key models/kind=radiomics/volume_alone/statement
expect_json_key models/kind=combined/volume_alone/verdict

note "a second run changes no byte"
state() { (cd "$S" && find . -type f ! -name 'registry.db*' | sort | xargs sha256sum); }
state >"$WORK/before"
expect_exit 0 "$LARC" run "$S" --json
cmp -s "$WORK/stdout" "$WORK/run.json" || fail "the second run answers something else"
state | diff "$WORK/before" - >/dev/null || fail "the second run changed files"
expect_exit 0 "$LARC" import "$S" "$WORK/delivery"
state | diff "$WORK/before" - >/dev/null || fail "the second import changed files"

note "status"
expect_exit 0 "$LARC" status "$S" --json
expect_json patients 24
expect_json next nothing
expect_json stages/stage=import/done 48
expect_json stages/stage=extract/done 24
expect_json stages/stage=train/done 8
expect_json stages/stage=validate/failed []

note "models"
expect_exit 0 "$LARC" models "$S" list --json
expect_json models/# 8
expect_exit 0 "$LARC" models "$S" verify --json
expect_json models/0/intact true
model() { json "models/kind=$1/id" "$WORK/run.json"; }
expect_exit 0 "$LARC" models "$S" show "$(model clinical)" --json
expect_json models/# 1
expect_json models/0/card/kind clinical
expect_json models/0/card/n 24
expect_json_key models/0/coefficients

note "predict: the study's patient and the same files without the study"
for kind in clinical radiomics combined deep; do
  id=$(model $kind)
  expect_exit 0 "$LARC" predict "$S" --patient p03 --model "$id" --json
  expect_one_document
  expect_json model "$id"
  expect_json patient p03
  cp "$WORK/stdout" "$WORK/study_prediction.json"
  expect_exit 0 "$LARC" predict --bundle "$S/models/$id.larc" --image "$WORK/delivery/p03/t2.nii.gz" \
    --mask "$WORK/delivery/p03/tumour.nii.gz" --clinical "$WORK/delivery/clinical.csv" --patient p03 --json
  for key in model linear_predictor probability risk_group input_hash; do
    expect_json "$key" "$(json "$key" "$WORK/study_prediction.json")"
  done
done
note "predict: what the network looked at"
expect_exit 0 "$LARC" predict "$S" --patient p03 --model "$(model combined)" --explain "$WORK/explained" --json
expect_json abstains null
for key in spread typicality attention/t2 explanation/linear_predictor_change; do expect_json_key "network/$key"; done
expect_file "$WORK/explained/t2_image.nii.gz" "$WORK/explained/t2_map.nii.gz" "$WORK/explained/t2.png" "$WORK/explained/explanation.json"
expect_exit 2 "$LARC" predict "$S" --patient p03 --model "$(model clinical)" --explain "$WORK/explained2"
expect_stderr "reads no network"
survival_model=$(json models/endpoint=os/id "$WORK/run.json")
expect_exit 0 "$LARC" predict "$S" --patient p04 --model "$survival_model" --json
expect_json survival/0/months 12.0
expect_json survival/# 2
expect_exit 0 "$LARC" predict "$S" --patient p04
expect_stdout "probability" "Research use only"

note "predict: what is missing is named"
expect_exit 3 "$LARC" predict "$S" --patient p99
expect_stderr "'p99' is not in the study" "import"
expect_exit 3 "$LARC" predict "$S" --patient p03 --model none
expect_stderr "'none'" "larc models"
expect_exit 2 "$LARC" predict "$S"
expect_stderr "--patient"
expect_exit 3 "$LARC" predict --bundle "$S/models/$(model radiomics).larc" --image "$WORK/delivery/p03/t2.nii.gz"
expect_stderr "--mask"
expect_exit 3 "$LARC" predict --bundle "$S/models/$(model clinical).larc" --clinical "$WORK/delivery/clinical.csv"
expect_stderr "24 patients" "--patient"
expect_exit 3 "$LARC" predict --bundle "$S/study.yaml" --clinical "$WORK/delivery/clinical.csv"
expect_stderr "study.yaml"

note "a bundle that was changed is refused"
id=$(model combined)
bundle=$S/models/$id.larc
cp "$bundle" "$WORK/good.larc"
sed -i 's/"kind":"combined"/"kind":"combineD"/' "$bundle"
cmp -s "$bundle" "$WORK/good.larc" && sed -i 's/combined/combineD/' "$bundle"
cmp -s "$bundle" "$WORK/good.larc" && fail "the bundle was not changed by this test"
expect_exit 5 "$LARC" models "$S" verify
expect_stderr "$id" "was changed after it was written"
expect_exit 5 "$LARC" models "$S" verify --json
expect_one_document
expect_json "models/id=$id/intact" false
cp "$WORK/good.larc" "$bundle"
# One digit of a learned number.
LC_ALL=C sed -i -E '0,/("median_linear\\?":-?[0-9]+\.[0-9]*)[0-4]/s//\19/' "$bundle"
cmp -s "$bundle" "$WORK/good.larc" && fail "the bundle was not changed by this test"
expect_exit 5 "$LARC" predict "$S" --patient p03 --model "$id"
expect_stderr "$id" "was changed after it was written" "train it again"
head -c 2000 "$WORK/good.larc" >"$bundle"
expect_exit 3 "$LARC" predict "$S" --patient p03 --model "$id"
expect_stderr "$id"

note "a deleted bundle is made again, the same"
rm "$bundle"
expect_exit 0 "$LARC" run "$S"
cmp -s "$bundle" "$WORK/good.larc" || fail "the bundle made again is another one"

note "networks may be repeated more often than the other models"
sed 's/deep_repeats: 1/deep_repeats: 2/' "$HERE/small.yaml" >"$WORK/repeated.yaml"
new_study repeated "$WORK/repeated.yaml"
expect_exit 0 "$LARC" import "$WORK/repeated" "$WORK/delivery"
expect_exit 0 "$LARC" run "$WORK/repeated" --json
expect_json models/kind=deep/refused null "$WORK/stdout"
