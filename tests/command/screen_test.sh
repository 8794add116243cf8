# Screening: who is eligible, who is not and by what, who cannot be judged for want of which value; checks, endpoints,
# waivers, queries; and one patient traced to the rows.
. "$(dirname "$0")/lib.sh"

expect_exit 0 "$LARC" init "$WORK/study"
S=$WORK/study
HEAD=patient_id,centre,biopsy_histology,cT_1,cN_1,cM_1,actual_regimen,anal_verge_distance_cm_1,mri_quality_1,nat_start,nat_end,surgery_date,surgery_type,resection,cM_2,ypT,ypN,nodes_examined,nodes_positive,trg_value,trg_system,crm_mm,tumour_deposit_count,last_contact_date,vital_status,death_date
cat >"$WORK/clinical.csv" <<CSV
$HEAD
P1,A,adenocarcinoma,T4a,N1,M0,long_course_crt,6,good,2019-06-20,2019-08-01,2020-01-01,LAR,R0,M0,0,0,15,0,0,AJCC,5,0,2022-01-01,alive,
P2,A,adenocarcinoma,T4b,N1,M0,long_course_crt,,good,2019-06-20,2019-08-01,2020-01-01,LAR,R0,M0,3,0,15,0,2,AJCC,5,0,2022-01-01,alive,
P3,B,adenocarcinoma,T3c,N1,M0,long_course_crt,6,good,2019-06-20,2019-08-01,2020-01-01,LAR,R0,M0,3,0,15,0,2,AJCC,5,0,2022-01-01,alive,
P4,B,adenocarcinoma,T4a,N1,M0,long_course_crt,12.5,good,2019-06-20,2019-08-01,2020-01-01,LAR,R0,M0,3,1a,15,1,2,AJCC,1,0,2022-01-01,alive,
P5,B,adenocarcinoma,T4a,N1,M0,long_course_crt,8,good,2019-06-20,2019-08-01,2020-01-01,LAR,R0,M0,0,0,15,0,0,AJCC,5,,2022-01-01,dead,2021-12-01
P6,B,adenocarcinoma,T4a,N1,M0,long_course_crt,8,poor,2019-06-20,2019-08-01,2020-01-01,LAR,R0,M0,2,0,15,0,2,AJCC,5,0,2022-01-01,alive,
CSV
expect_exit 0 "$LARC" import "$S" "$WORK/clinical.csv" --json

note "counts"
expect_exit 0 "$LARC" screen "$S" --json
expect_one_document
F=$S/reports/flow.json
expect_json patients 6
expect_json eligible 2
expect_json excluded 3
expect_json unknown 1
expect_json study "$S"
expect_json study larc "$F"
expect_json criteria/id=I2/excluded 1 "$F"
expect_json criteria/id=I4/excluded 1 "$F"
expect_json criteria/id=I4/unknown 1 "$F"
expect_json criteria/id=E2/excluded 1 "$F"
expect_json centres/id=B/eligible 1 "$F"
expect_json centres/id=B/excluded 3 "$F"
expect_json missing_fields/0/variable anal_verge_distance_cm_1 "$F"
expect_json unknown_patients/0/patient P2 "$F"
expect_json unknown_patients/0/criteria/0/missing/0 anal_verge_distance_cm_1 "$F"
expect_json not_eligible/# 4 "$F"
VERSION=$(json criteria_version "$F")

note "endpoints"
expect_json endpoints/id=os/known 1 "$F"
expect_json endpoints/id=os/contradictory 1 "$F"
expect_json endpoints/id=pcr/known 1 "$F"
expect_json endpoints/id=pcr/positive 1 "$F"
expect_json endpoints/id=pcr/unknown 1 "$F"
expect_json endpoints/id=pcr/missing/0/variable tumour_deposit_count "$F"
expect_json_has endpoints/id=pcr/refused/en "1 patients with and 0 without" "$F"

note "queries"
grep -q '^P5,B,check,C14,"Death before last contact (waiting: os' "$S/reports/queries.csv" || fail "the query of C14 is missing"
grep -q 'clinical.csv,5' "$S/reports/queries.csv" || fail "a query does not name its row"
grep -q '^P2,A,unknown,anal_verge_distance_cm_1,' "$S/reports/queries.csv" || fail "the missing value is no query"

note "page"
expect_file "$S/reports/flow.html"
grep -q 'larc.flow/1' "$S/reports/flow.html" || fail "the page holds no screening"
! grep -qE '(src|href)="?https?://' "$S/reports/flow.html" || fail "the page wants the network"

note "the same again, byte for byte"
(cd "$S/reports" && sha256sum *) >"$WORK/first"
expect_exit 0 "$LARC" run "$S" --until screen --threads 2
(cd "$S/reports" && sha256sum *) >"$WORK/second"
diff "$WORK/first" "$WORK/second" >/dev/null || fail "a second screening gives other bytes"

note "waivers"
expect_exit 2 "$LARC" screen "$S" --waive I4 --patient P4
expect_exit 2 "$LARC" screen "$S" --waive I4 --patient P4 --reason " " --by Chen
expect_stderr "--reason"
expect_exit 2 "$LARC" screen "$S" --waive I4 --patient P4 --reason "measured again" --by ""
expect_exit 3 "$LARC" screen "$S" --waive I9 --patient P4 --reason "measured again" --by Chen
expect_stderr "criterion 'I9'" "I1, I2"
expect_exit 3 "$LARC" screen "$S" --waive I4 --patient P9 --reason "measured again" --by Chen
expect_stderr "patient 'P9'"
expect_json waivers/# 0 "$F"
expect_exit 0 "$LARC" screen "$S" --waive I4 --patient P4 --reason "measured again" --by Chen --json
expect_json eligible 3
expect_json waived 1
expect_json criteria/id=I4/waived 1
expect_json waivers/0/by Chen
expect_json waivers/0/used true
expect_json endpoints/id=crm_positive/positive 1

note "one patient"
expect_exit 0 "$LARC" show "$S" P5 --json
expect_one_document
expect_json eligibility/state eligible
expect_json checks/0/id C14
expect_json endpoints/id=os/state contradictory
expect_json endpoints/id=os/checks/0 C14
expect_json endpoints/id=pcr/missing/0 tumour_deposit_count
expect_json endpoints/id=crm_positive/from/0/value 5
expect_json endpoints/id=crm_positive/from/0/row 5
expect_exit 0 "$LARC" show "$S" P4
expect_stdout "waived by Chen" "clinical.csv row 4" "Endpoints"
expect_exit 3 "$LARC" show "$S" P9
expect_stderr "patient 'P9'"

note "a correction is a new row"
sed 's/^P5,\(.*\),2022-01-01,dead,2021-12-01/P5,\1,2021-11-01,dead,2021-12-01/' "$WORK/clinical.csv" >"$WORK/mended.csv"
expect_exit 0 "$LARC" import "$S" "$WORK/mended.csv"
expect_exit 0 "$LARC" show "$S" P5 --json
expect_json endpoints/id=os/state known
expect_json endpoints/id=os/value event
expect_json values/variable=last_contact_date/value 2021-11-01
expect_json values/variable=last_contact_date/earlier/0/value 2022-01-01
expect_json values/variable=last_contact_date/earlier/0/row 5

note "other criteria have another version"
sed -i 's/anal_verge_distance_cm_1 <= 12/anal_verge_distance_cm_1 <= 15/' "$S/study.yaml"
expect_exit 0 "$LARC" screen "$S" --json
[ "$(json criteria_version)" != "$VERSION" ] || fail "the version did not change with the criteria"
expect_json waived 0
expect_json waivers/0/used false

note "the excluded are not measured, the others are measured as ever"
cohort "$WORK/delivery" 6
new_study everybody
age=$(sed -n '/^p02,/p' "$WORK/delivery/clinical.csv" | cut -d, -f3)
sed "s/^endpoints:/eligibility:\n  other: {exclude: \"age == $age\"}\n\nendpoints:/" "$HERE/small.yaml" >"$WORK/some.yaml"
new_study some "$WORK/some.yaml"
for study in everybody some; do
  expect_exit 0 "$LARC" import "$WORK/$study" "$WORK/delivery"
  expect_exit 0 "$LARC" run "$WORK/$study" --until extract --json
done
excluded=$(json excluded "$WORK/some/reports/flow.json")
[ "$excluded" -ge 1 ] && [ "$excluded" -lt 6 ] || fail "$excluded of 6 patients are excluded"
! grep -q '^p02,' "$WORK/some/features/t2_tumour.csv" || fail "an excluded patient was measured"
[ "$(wc -l <"$WORK/some/features/t2_tumour.csv")" -eq $((7 - excluded)) ] || fail "somebody else is missing"
! grep -vxFf "$WORK/everybody/features/t2_tumour.csv" "$WORK/some/features/t2_tumour.csv" || fail "a row differs"
