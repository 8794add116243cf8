# Rings, habitats, changes between two times, and robustness inside the training folds, through the commands.
. "$(dirname "$0")/lib.sh"

# Two images a patient: those of another seed are the second time. p05 has none.
cohort "$WORK/delivery" 16
"$MAKE_CASE" cohort "$WORK/second" 16 --seed 2 || fail "no second cohort"
for p in "$WORK"/delivery/p*; do
  id=$(basename "$p")
  [ "$id" = p05 ] && continue
  cp "$WORK/second/$id/t2.nii.gz" "$p/t2_2.nii.gz"
  cp "$WORK/second/$id/tumour.nii.gz" "$p/tumour_2.nii.gz"
done

cat >"$WORK/protocol.yaml" <<'YAML'
format: larc.study/1
id: two_times
synthetic: true
table: {patient: patient_id, centre: centre, columns: {年龄: age}}
variables:
  response: {type: number, range: [0, 1], available_from: LABEL}
images:
  t2: {available_from: P0, files: ["{patient}/t2.nii.gz"]}
  t2_2: {available_from: P1, files: ["{patient}/t2_2.nii.gz"]}
masks:
  tumour: {image: t2, files: ["{patient}/tumour.nii.gz"]}
  tumour_2: {image: t2_2, files: ["{patient}/tumour_2.nii.gz"]}
extraction:
  - image: t2
    mask: tumour
    normalise: zscore
    ring: {outside_mm: [4], inside_mm: [3]}
    robustness: {perturb: NTRVC, perturbations: 3, minimum_icc: 0.6}
    features: {bin_width: 25, families: [firstorder, glcm]}
  - {image: t2_2, mask: tumour_2, normalise: zscore, features: {families: [firstorder]}}
  - {id: parts, image: t2, mask: tumour, habitats: {count: 2}, features: {families: [firstorder]}}
  - delta: {of: t2_2_tumour_2, from: t2_tumour, kind: relative}
endpoints:
  response: {type: binary, at: P1, positive: response == 1}
models: {kinds: [radiomics], minimum_per_class: 3}
validation: {repeats: 1, folds: 3, inner_folds: 3, permutations: 2}
YAML

note "extract"
new_study study "$WORK/protocol.yaml"
S=$WORK/study
expect_exit 0 "$LARC" import "$S" "$WORK/delivery" --json
expect_exit 0 "$LARC" extract "$S" --json --threads 2
expect_json cases/done 16
expect_json tables/# 4
expect_file "$S/features/t2_tumour.csv" "$S/features/t2_2_tumour_2.csv" "$S/features/parts.csv" \
  "$S/features/t2_2_delta_relative.csv"
for column in t2_original_glcm_Contrast t2_ring4_original_glcm_Contrast t2_rim3_original_firstorder_Mean; do
  head -1 "$S/features/t2_tumour.csv" | grep -q ",$column\b" || fail "no column $column"
done
head -1 "$S/features/parts.csv" | grep -q ",parts_habitat1_fraction,parts_habitat1_original_firstorder" || fail "no habitats"
[ "$(wc -l <"$S/features/t2_2_delta_relative.csv")" -eq 17 ] || fail "the table of changes has not 16 rows"
grep '^p05,t2_2_tumour_2,t2_2,' "$S/features/undefined.csv" | grep -q "'t2_2' was not imported" || fail "no reason"
grep '^p05,t2_2_delta_relative,t2_2_delta_relative_original_firstorder_Mean,' "$S/features/undefined.csv" |
  grep -q "absent at the second time point" || fail "no reason of the change"

note "models, and what they say of features that do not bear perturbation"
expect_exit 0 "$LARC" run "$S" --json
expect_json models/0/n 16
expect_json_key endpoints/0/robustness/measured "$S/reports/study.json"
expect_json_key endpoints/0/robustness/dropped/0/icc "$S/reports/study.json"
expect_json endpoints/0/robustness/dropped/0/minimum_icc 0.6 "$S/reports/study.json"
expect_json endpoints/0/baselines/0/columns/0 larc_volume_ml "$S/reports/study.json"
id=$(json models/0/id)
LC_ALL=C grep -qa 'robustness_filter.*is below 0.6' "$S/models/$id.larc" || fail "the bundle names no fragile feature"

note "one thread gives the same bytes"
new_study again "$WORK/protocol.yaml"
expect_exit 0 "$LARC" import "$WORK/again" "$WORK/delivery"
expect_exit 0 "$LARC" run "$WORK/again" --threads 1
same_results "$S" "$WORK/again"

note "predictions"
D=$WORK/delivery
expect_exit 0 "$LARC" predict "$S" --patient p03 --json
cp "$WORK/stdout" "$WORK/study_prediction.json"
expect_exit 0 "$LARC" predict --bundle "$S/models/$id.larc" --image "$D/p03/t2.nii.gz" --mask "$D/p03/tumour.nii.gz" \
  --image "t2_2=$D/p03/t2_2.nii.gz" --mask "tumour_2=$D/p03/tumour_2.nii.gz" --json
for key in linear_predictor input_hash; do expect_json "$key" "$(json "$key" "$WORK/study_prediction.json")"; done
expect_exit 0 "$LARC" predict --bundle "$S/models/$id.larc" --image "$D/p03/t2.nii.gz" --mask "$D/p03/tumour.nii.gz" --json
expect_json_has notes "'t2_2' was not given"
expect_exit 2 "$LARC" predict --bundle "$S/models/$id.larc" --image "$D/p03/t2.nii.gz" --image "t2=$D/p03/t2.nii.gz" \
  --mask "$D/p03/tumour.nii.gz"
expect_stderr "'t2' twice"

note "what is refused"
changed() { sed "s/$1/$2/" "$WORK/protocol.yaml" >"$WORK/changed.yaml"; }
changed 'at: P1, positive' 'at: P0, positive'
cp "$WORK/changed.yaml" "$S/study.yaml"
expect_exit 5 "$LARC" validate "$S"
expect_stderr "'t2_2' (with 't2_2_delta_relative') is available from P1"
changed 'normalise: zscore' 'normalise: landmarks'
expect_exit 5 "$LARC" init "$WORK/no" --protocol "$WORK/changed.yaml"
expect_stderr "landmarks" "zscore or reference"
changed 'habitats: {count: 2}' 'habitats: {by: population}'
expect_exit 5 "$LARC" init "$WORK/no" --protocol "$WORK/changed.yaml"
expect_stderr "population" "by: patient"
changed 'outside_mm' 'outside'
expect_exit 3 "$LARC" init "$WORK/no" --protocol "$WORK/changed.yaml"
expect_stderr "extraction.ring.outside" "outside_mm"
