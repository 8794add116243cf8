# Tables as centres deliver them: workbooks, REDCap exports, mappings, good rows of faulty tables.
. "$(dirname "$0")/lib.sh"

T=$WORK/tables
mkdir "$T"
WORKBOOK=$LARC_SOURCE_DIR/tests/data/tables/visits.xlsx

note "a workbook, in a delivered folder"
new_study book
cp "$WORKBOOK" "$T/"
expect_exit 0 "$LARC" import "$WORK/book" "$T" --json
expect_one_document
expect_json patients 2
expect_json tables 1
expect_json faults []
expect_json columns_not_in_dictionary '["note","ok","seen","visit"]'
expect_exit 3 "$LARC" import "$WORK/book" "$WORKBOOK" --sheet 随访
expect_stderr "visits.xlsx [随访] row 1 (sheet row 2), column 'age': 7 lies outside the plausible range"
expect_exit 3 "$LARC" import "$WORK/book" "$WORKBOOK" --sheet Summary
expect_stderr "visits.xlsx has no sheet 'Summary'" "Baseline, 随访"

note "a proposal for a REDCap export, edited and used"
cat >"$T/dictionary.csv" <<'CSV'
Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels",Field Note,Identifier?
record_id,base,text,Record ID,,,
surname,base,text,Surname,,,y
gender,base,radio,Gender,"1, M | 2, F",,
years,base,text,Age,,,
CSV
printf 'record_id,surname,gender,years,CEA (ug/L)\n1,Smith,1,61,3\n2,Li,2,55,\n' >"$T/export.csv"
new_study redcap
expect_exit 0 "$LARC" mapping "$WORK/redcap" "$T/export.csv" --redcap-dictionary "$T/dictionary.csv" --out "$T/proposed.yaml"
expect_file "$T/proposed.yaml"
grep -q 'years: {variable: age}' "$T/proposed.yaml" || fail "$(cat "$T/proposed.yaml")"
expect_exit 3 "$LARC" mapping "$WORK/redcap" "$T/export.csv" --out "$T/proposed.yaml"
expect_stderr "exists already"
expect_exit 2 "$LARC" mapping "$WORK/redcap"
# small.yaml knows no other unit of CEA: the proposal asks, a person decides.
grep -q 'unit: "ug/L"}   # ? the unit is not known' "$T/proposed.yaml" || fail "$(cat "$T/proposed.yaml")"
expect_exit 3 "$LARC" import "$WORK/redcap" "$T/export.csv" --mapping "$T/proposed.yaml"
expect_stderr "row 1 (line 2), column 'CEA (ug/L)'" "unit 'ug/L' is not known for cea"
expect_exit 3 "$LARC" import "$WORK/redcap" "$T/export.csv"
expect_stderr "has no column 'patient_id'" "larc mapping"
sed 's/cea, unit: [^}]*/cea/; s/gender: .*/gender: {variable: sex, codes: {1: M, 2: F}}/' "$T/proposed.yaml" >"$WORK/redcap/mapping.yaml"
sed -i 's/^table:/table:\n  mappings: {"exp*": mapping.yaml}/' "$WORK/redcap/study.yaml"
expect_exit 0 "$LARC" import "$WORK/redcap" "$T/export.csv" --json
expect_json patients 2
expect_json columns_not_in_dictionary '["surname"]'
expect_exit 0 "$LARC" mapping --new-dictionary "$T/dictionary.csv"
expect_stdout "gender: {type: category, codes: {\"1\": M, \"2\": F}, available_from: LABEL" "surname: marked as naming a person"

note "good rows and good values of a faulty table, as study.yaml says"
printf 'patient_id,age,sex\na,61,M\nb,612,F\nc,50,x\na,40,M\n' >"$T/faulty.csv"
sed 's/^table:/table:\n  on_fault: drop_row/' "$HERE/small.yaml" >"$WORK/rows.yaml"
new_study rows "$WORK/rows.yaml"
expect_exit 0 "$LARC" import "$WORK/rows" "$T/faulty.csv" --json
expect_json patients 1
expect_json faults/0/patient b
expect_json faults/0/item age
expect_json faults/0/row 2
expect_json_has faults/0/text/zh "612 超出合理范围"
expect_json_has faults/2/text/en "already stands in row 1"
expect_stderr "left out faulty.csv row 3, column 'sex': 'x' is not an allowed code; allowed: M, F"
sed 's/^table:/table:\n  on_fault: drop_value/' "$HERE/small.yaml" >"$WORK/values.yaml"
new_study values "$WORK/values.yaml"
expect_exit 0 "$LARC" import "$WORK/values" "$T/faulty.csv" --json
expect_json patients 3

note "one faulty table of two: neither comes in"
new_study two
printf 'patient_id,age\nz,61\n' >"$T/a_good.csv"
expect_exit 3 "$LARC" import "$WORK/two" "$T/a_good.csv" "$T/faulty.csv"
expect_stderr "faulty.csv has 3 faults, nothing was imported"
expect_exit 0 "$LARC" status "$WORK/two" --json
expect_json patients 0

note "a workbook with a password, and tables of one name in two folders"
mkdir -p "$T/locked" "$T/two/a" "$T/two/b"
printf '\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1' >"$T/locked/clinical.xlsx"
expect_exit 3 "$LARC" import "$WORK/values" "$T/locked"
expect_stderr "clinical.xlsx is an old or protected Excel file" "without a password"
printf 'patient_id,age\nx,7\n' | tee "$T/two/a/clin.csv" | sed 's/x/y/' >"$T/two/b/clin.csv"
expect_exit 0 "$LARC" import "$WORK/values" "$T/two" --json
expect_json faults/0/source a/clin.csv
expect_json faults/1/source b/clin.csv

note "encodings and dates of a Chinese hospital"
printf 'patient_id\t\xC4\xEA\xC1\xE4\n\xD5\xC5\xCE\xB0\t61\n' >"$T/gbk.txt"
new_study gbk
expect_exit 0 "$LARC" import "$WORK/gbk" "$T/gbk.txt" --json
expect_json patients 1
expect_json columns_not_in_dictionary []
