# What is known only later never becomes a predictor.
. "$(dirname "$0")/lib.sh"

cohort "$WORK/delivery" 24

note "a predictor from the label, from after the prediction point, and in time"
sed 's/clinical_predictors: \[age/clinical_predictors: [followup_visits, age/' "$HERE/small.yaml" >"$WORK/label.yaml"
sed 's/\(cea: .*available_from: \)P0/\1P1/' "$HERE/small.yaml" >"$WORK/later.yaml"
sed 's/^    at: P0/    at: P1/' "$WORK/later.yaml" >"$WORK/in_time.yaml"
for protocol in label later in_time; do
  new_study $protocol "$WORK/$protocol.yaml"
  expect_exit 0 "$LARC" import "$WORK/$protocol" "$WORK/delivery"
  expect_exit 0 "$LARC" extract "$WORK/$protocol"
done
for command in train validate run; do
  expect_exit 5 "$LARC" $command "$WORK/label"
  expect_stderr "'followup_visits'" "LABEL"
  expect_exit 5 "$LARC" $command "$WORK/later"
  expect_stderr "'cea'" "P1" "P0"
done
for protocol in label later; do expect_no_file "$WORK/$protocol/models" "$WORK/$protocol/reports/study.json"; done
expect_exit 0 "$LARC" train "$WORK/in_time" --kind clinical --endpoint response --json
expect_json models/0/at P1

note "an outcome among the predictors"
sed 's/clinical_predictors: \[age/clinical_predictors: [response, age/' "$HERE/small.yaml" >"$WORK/outcome.yaml"
new_study outcome "$WORK/outcome.yaml"
expect_exit 0 "$LARC" import "$WORK/outcome" "$WORK/delivery"
expect_exit 0 "$LARC" extract "$WORK/outcome"
expect_exit 5 "$LARC" train "$WORK/outcome"
expect_stderr "'response'"

note "the same column declared as known before therapy is a predictor: these tests could see a leak"
sed 's/\(followup_visits: .*available_from: \)LABEL/\1P0/' "$WORK/label.yaml" >"$WORK/declared.yaml"
for protocol in in_time declared; do
  [ -d "$WORK/$protocol" ] || new_study $protocol "$WORK/$protocol.yaml"
  expect_exit 0 "$LARC" import "$WORK/$protocol" "$WORK/delivery"
  expect_exit 0 "$LARC" extract "$WORK/$protocol"
  if [ $protocol = declared ]; then
    # Its values give it away; the protocol can only insist.
    expect_exit 5 "$LARC" train "$WORK/declared" --kind clinical --endpoint os
    expect_stderr "predictor 'followup_visits' repeats 'follow_up_months'"
    sed -i 's/^models:/&\n  accepted_likeness: {followup_visits: [follow_up_months, os]}/' "$WORK/declared/study.yaml"
  fi
  expect_exit 0 "$LARC" train "$WORK/$protocol" --kind clinical --endpoint os --json
  expect_exit 0 "$LARC" models "$WORK/$protocol" show "$(json models/endpoint=os/id)" --json
  json models/0/coefficients | grep -q followup_visits && echo "$protocol: followup_visits is a predictor" || echo "$protocol: followup_visits is none"
done >"$WORK/seen"
cat "$WORK/seen"
grep -q "in_time: followup_visits is none" "$WORK/seen" || fail "followup_visits became a predictor"
grep -q "declared: followup_visits is a predictor" "$WORK/seen" || fail "a strong predictor has no coefficient"

note "a predictor that gives the outcome away is said before any figure, in the log and in the report"
sed -e 's/clinical_predictors: \[age/clinical_predictors: [response, age/' -e 's/\(response: .*available_from: \)LABEL/\1P0/' \
  -e 's/kinds: \[.*\]/kinds: [clinical]/' -e '/^extraction:/,/^endpoints:/{/^endpoints:/!d}' "$HERE/small.yaml" >"$WORK/given.yaml"
awk 'BEGIN { print "patient_id,centre,age,sex,cea,response,follow_up_months,dead"; for (i = 1; i <= 80; ++i)
  printf "q%d,%s,%d,%s,%d,%d,%d,%d\n", i, i % 3 ? "north" : "south", 40 + i * 7 % 40, i % 4 < 2 ? "M" : "F", i * 11 % 17, i * 5 % 7 < 3, 6 + i * 13 % 50, i % 2 }' \
  >"$WORK/given.csv"
new_study given "$WORK/given.yaml"
expect_exit 0 "$LARC" import "$WORK/given" "$WORK/given.csv"
expect_exit 0 "$LARC" run "$WORK/given"
expect_stderr "suspect predictor response of response" "take it out of models.clinical_predictors"
expect_json endpoints/id=response/suspects/0/column response "$WORK/given/reports/study.json"
expect_json endpoints/id=response/suspects/0/gives_outcome_away true "$WORK/given/reports/study.json"

note "the same column under another name, and made into another number"
cohort "$WORK/renamed_delivery" 40
awk -F, -v OFS=, 'NR == 1 { print $0, "visit_score"; next } { print $0, 2 * $9 + 1 }' "$WORK/renamed_delivery/clinical.csv" >"$WORK/clinical.csv"
mv "$WORK/clinical.csv" "$WORK/renamed_delivery/clinical.csv"
sed -e 's/^  sex: /  visit_score: {type: number, available_from: P0, label: {en: Visit score, zh: 就诊评分}}\n&/' \
  -e 's/clinical_predictors: \[age/clinical_predictors: [visit_score, age/' "$HERE/small.yaml" >"$WORK/renamed.yaml"
new_study renamed "$WORK/renamed.yaml"
expect_exit 0 "$LARC" import "$WORK/renamed" "$WORK/renamed_delivery"
expect_exit 0 "$LARC" extract "$WORK/renamed"
for command in train validate run; do
  expect_exit 5 "$LARC" $command "$WORK/renamed"
  expect_stderr "predictor 'visit_score' repeats 'followup_visits', which is available from LABEL" accepted_likeness
done
expect_no_file "$WORK/renamed/models" "$WORK/renamed/reports/study.json"
sed -i 's/^models:/&\n  accepted_likeness: {visit_score: [followup_visits]}/' "$WORK/renamed/study.yaml"
sed -i 's/kinds: \[.*\]/kinds: [clinical]/' "$WORK/renamed/study.yaml"
expect_exit 5 "$LARC" run "$WORK/renamed"
expect_stderr "predictor 'visit_score' repeats"
sed -i 's/\[followup_visits\]/[followup_visits, follow_up_months, os]/' "$WORK/renamed/study.yaml"
expect_exit 0 "$LARC" run "$WORK/renamed" --json
expect_stderr "suspect predictor visit_score of os" "accepted by the protocol"
expect_json_has endpoints/id=os/suspects/kind=later/reason/zh "随访次数" "$WORK/renamed/reports/study.json"
expect_json endpoints/id=os/suspects/kind=later/accepted true "$WORK/renamed/reports/study.json"
id=$(json models/endpoint=os/id)
expect_exit 0 "$LARC" predict "$WORK/renamed" --patient p03 --model "$id"

note "the leaking column of the synthetic cohort"
expect_exit 0 "$LARC" init "$WORK/demo" --demo --demo-patients 36 --no-demo-images --demo-scenario leak
D=$WORK/demo
for column in followup_visits visit_score; do
  head -n 1 "$D"/incoming/*.csv | grep -q $column || fail "the leak cohort has no column $column"
done
# Its protocol takes the bait: visit_score, a renamed copy, is declared as known before therapy. Here without it.
grep -q 'clinical_predictors: \[visit_score, ' "$D/study.yaml" || fail "visit_score is no predictor of the leak study"
sed -i 's/clinical_predictors: \[visit_score, /clinical_predictors: [/' "$D/study.yaml"
# As it is but for the size of the cohort.
sed -i -e 's/minimum_per_class: 10/minimum_per_class: 2/' -e 's/permutations: 99/permutations: 0/' "$D/study.yaml"
expect_exit 0 "$LARC" run "$D" --json
expect_json_key models/endpoint=os/internal/value
expect_json_key models/endpoint=pcr/internal/value
expect_exit 0 "$LARC" status "$D" --json
expect_json next nothing
json cohort/variables/id=followup_visits "$D/reports/study.json" >/dev/null && fail "followup_visits stands in the table of the baseline"
expect_exit 0 "$LARC" show "$D" LARC-A-001 --json
expect_json_key values/variable=followup_visits/value
expect_exit 0 "$LARC" models "$D" show --json
json models "$WORK/stdout" | grep -q followup_visits && fail "followup_visits is a predictor"
sed -i 's/clinical_predictors: \[/&followup_visits, /' "$D/study.yaml"
expect_exit 5 "$LARC" run "$D"
expect_stderr "'followup_visits'" "LABEL"
