# Clinical tables with faults: refused as a whole, with file, row, column and remedy; nothing of them reaches the registry.
. "$(dirname "$0")/lib.sh"

D=$WORK/delivery
T=$WORK/tables
mkdir "$T"
cohort "$D" 24
good=$D/clinical.csv
new_study study
S=$WORK/study

# refused NAME TEXT...: the table T/NAME.csv is refused, the message holds the texts, no patient was added.
refused() {
  local file=$T/$1.csv
  note "$1"
  shift
  expect_exit 3 "$LARC" import "$S" "$file"
  expect_stderr "$(basename "$file")" "$@"
  expect_exit 3 "$LARC" import "$S" "$D/p01" "$file"
  expect_exit 0 "$LARC" status "$S" --json
  expect_json patients 0
}

sed '6s/^p05/p03/' "$good" >"$T/duplicate.csv"
refused duplicate "row 5 (line 6), column 'patient_id'" "'p03' already stands in row 3" "keep one row per patient"
sed '4s/^p03,south,[^,]*/p03,south,sixty/' "$good" >"$T/text.csv"
refused text "row 3 (line 4), column 'age'" "'sixty' is not a number" "decimal point"
sed '4s/^p03,south,[^,]*/p03,south,nan/' "$good" >"$T/nan.csv"
refused nan "row 3 (line 4), column 'age'" "'nan' is not a number"
sed '4s/^p03,south,[^,]*/p03,south,612/' "$good" >"$T/range.csv"
refused range "row 3 (line 4), column 'age'" "612 lies outside the plausible range 18 to 100 years" "correct the value"
sed '4s/,[MF],/,male,/' "$good" >"$T/code.csv"
refused code "row 3 (line 4), column 'sex'" "'male' is not an allowed code" "allowed: M, F"
sed -e '4s/^p03,south,[^,]*/p03,south,612/' -e '9s/,[MF],/,male,/' "$good" >"$T/two.csv"
refused two "has 2 faults" "row 3 (line 4), column 'age'" "row 8 (line 9), column 'sex'"
sed '4s/^p03,/,/' "$good" >"$T/no_id.csv"
refused no_id "row 3 (line 4), column 'patient_id'" "empty"
sed '4s/^p03,/..\/p03,/' "$good" >"$T/slash.csv"
refused slash "row 3 (line 4)" "slash"
sed '1s/^patient_id/case_number/' "$good" >"$T/no_id_column.csv"
refused no_id_column "has no column 'patient_id'" "case_number"
sed '4s/,[^,]*$//' "$good" >"$T/short.csv"
refused short "row 3 (line 4): the row has 8 cells, the header has 9"
sed '4s/$/,7/' "$good" >"$T/long.csv"
refused long "row 3 (line 4): the row has 10 cells, the header has 9"
sed '4s/south/"south/' "$good" >"$T/quote.csv"
refused quote "line 4" "quote is opened and never closed"
sed '1s/cea/age/' "$good" >"$T/twice.csv"
refused twice "column 'age' twice" "rename one"
: >"$T/empty.csv"
refused empty "is empty"
printf '\n\n  \n' >"$T/blank.csv"
refused blank "is empty"
head -c 4096 "$D/p01/t2.nii.gz" >"$T/binary.csv"
refused binary "not a text table"
note "a fault in a delivered folder"
mkdir "$WORK/folder" && cp "$T/duplicate.csv" "$WORK/folder/clinical.csv"
expect_exit 3 "$LARC" import "$S" "$WORK/folder"
expect_stderr "clinical.csv row 5 (line 6)"

note "the good table after all refused ones"
expect_exit 0 "$LARC" import "$S" "$D" --json
expect_json patients 24
expect_json failed []
note "a faulty later delivery leaves the values as they were"
expect_exit 0 "$LARC" run "$S" --until extract
expect_exit 3 "$LARC" import "$S" "$T/two.csv"
expect_exit 0 "$LARC" train "$S" --endpoint response --kind clinical --json
first=$(json models/0/id)
expect_exit 0 "$LARC" import "$S" "$good"
expect_exit 0 "$LARC" train "$S" --endpoint response --kind clinical --json
expect_json models/0/id "$first"

# outcome NAME: a study of the images with the table T/NAME.csv.
outcome() {
  note "$1"
  rm -rf "$WORK/images"
  mkdir "$WORK/images"
  cp -r "$D"/p* "$T/$1.csv" "$WORK/images/"
  new_study "$1"
  expect_exit 0 "$LARC" import "$WORK/$1" "$WORK/images"
}

cut -d, -f1-5,7-9 "$good" >"$T/no_response.csv"
outcome no_response
expect_exit 0 "$LARC" run "$WORK/no_response" --json
expect_json_has models/endpoint=response/refused "no patient has a value of response"
expect_json_has models/endpoint=response/refused "import a table with these columns"
expect_json models/endpoint=os/refused null

cut -d, -f1-5,9 "$good" >"$T/no_outcome.csv"
outcome no_outcome
for command in train validate run; do
  expect_exit 4 "$LARC" $command "$WORK/no_outcome"
  expect_stderr "response" "dead, follow_up_months" "import a table with these columns"
done
expect_no_file "$WORK/no_outcome/reports/study.html"

awk -F, -v OFS=, 'NR > 1 { $6 = 1 } 1' "$good" >"$T/one_class.csv"
outcome one_class
expect_exit 0 "$LARC" extract "$WORK/one_class"
expect_exit 5 "$LARC" train "$WORK/one_class" --endpoint response
expect_stderr "24 patients with and 0 without the outcome" "minimum_per_class"
expect_exit 0 "$LARC" run "$WORK/one_class" --json
expect_json_has models/endpoint=response/refused "0 without the outcome"
expect_json models/endpoint=response/id null
expect_json models/endpoint=os/refused null
expect_file "$WORK/one_class/reports/study.html"

awk -F, -v OFS=, 'NR > 1 { $8 = 0 } 1' "$good" >"$T/all_censored.csv"
outcome all_censored
expect_exit 0 "$LARC" run "$WORK/all_censored" --json
expect_json_has models/endpoint=os/refused "0 events among 24 patients"
expect_json models/endpoint=response/refused null
expect_exit 5 "$LARC" train "$WORK/all_censored" --endpoint os
expect_stderr "0 events among 24 patients"

note "nothing can be modelled: a report with the reasons all the same"
awk -F, -v OFS=, 'NR > 1 { $6 = 0; $8 = 0 } 1' "$good" >"$T/nothing.csv"
outcome nothing
expect_exit 0 "$LARC" run "$WORK/nothing" --json
expect_one_document
expect_json_has models/endpoint=response/refused "0 patients with"
expect_file "$WORK/nothing/reports/study.html"
expect_exit 5 "$LARC" train "$WORK/nothing"

note "an outcome that is missing for some, a follow-up of zero"
awk -F, -v OFS=, 'NR == 2 { $6 = "" } NR == 3 { $6 = "NA" } NR == 4 { $7 = 0 } 1' "$good" >"$T/partly.csv"
outcome partly
expect_exit 0 "$LARC" run "$WORK/partly" --json
expect_json models/endpoint=response/n 22
expect_json models/endpoint=os/n 23

note "as a Chinese spreadsheet saves it: BOM, CRLF, semicolons, quotes, Chinese names"
mkdir "$WORK/chinese"
{
  printf '\xEF\xBB\xBF"patient_id";"centre";"年龄";"sex";"cea";"response";"follow_up_months";"dead";"备注"\r\n'
  printf '"张伟01";"北京";61;M;3.5;1;24;0;"复查；""稳定""; 见附页\r\n第二行"\r\n'
  printf '"李娜 02";"上海";"55";F;;0;12.5;1;\r\n'
  printf '\r\n'
} >"$WORK/chinese/临床.csv"
for id in 张伟01 "李娜 02"; do
  mkdir "$WORK/chinese/$id"
  "$MAKE_CASE" sphere "$WORK/chinese/$id/t2.nii.gz" "$WORK/chinese/$id/tumour.nii.gz"
done
new_study 研究
expect_exit 0 "$LARC" import "$WORK/研究" "$WORK/chinese" --json
expect_json patients 2
expect_json failed []
expect_json columns_not_in_dictionary '["备注"]'
expect_exit 0 "$LARC" extract "$WORK/研究" --json
expect_json cases/done 2
grep -q '^张伟01,北京,' "$WORK/研究/features/t2_tumour.csv" || fail "the feature table lacks the patient or the centre"
expect_exit 0 "$LARC" run "$WORK/研究" --json
grep -q '张伟01' "$WORK/研究/reports/study.json" || fail "the report lacks the patient"
printf 'patient_id;cea\np01;3,5\np02;2.5\n' >"$T/comma.csv"
expect_exit 3 "$LARC" import "$WORK/研究" "$T/comma.csv"
expect_stderr "row 1 (line 2), column 'cea'" "'3,5' is not a number" "decimal point"
