# The data for other tools: a table with its codebook, BIDS, an nnU-Net dataset.
. "$(dirname "$0")/lib.sh"

cohort "$WORK/delivery" 6
sed -i '2s/^p01,\([^,]*\),/p01,=HYPERLINK("x"),/; 2s/,=HYPERLINK("x"),/,"=HYPERLINK(""x"")",/' "$WORK/delivery/clinical.csv"
new_study study
S=$WORK/study
expect_exit 4 "$LARC" export "$S"
expect_stderr "no patient yet"
expect_exit 0 "$LARC" import "$S" "$WORK/delivery"
all_bytes() { (cd "$1" && find . -type f | sort | xargs sha256sum); }

note "table"
expect_exit 0 "$LARC" export "$S" --json
expect_one_document
expect_json what table
expect_json patients 6
expect_json folder "$S/export/table"
T=$S/export/table
expect_file "$T/table.csv" "$T/codebook.csv" "$T/table.xlsx"
head -1 "$T/table.csv" | grep -q '^patient_id,centre,eligibility,eligibility_criterion,age,sex,cea,.*,response_state,.*,os_time_months,' ||
  fail "the header is $(head -1 "$T/table.csv")"
grep -qF "\"'=HYPERLINK(" "$T/table.csv" || fail "a formula stands in the table"
grep -q '^age,Age,年龄,number,years,18 to 100,.*,P0,,6,0$' "$T/codebook.csv" || fail "the codebook does not know the age"
perl -MIO::Uncompress::Unzip=unzip,\$UnzipError -e 'for my $f (@ARGV[1..$#ARGV]) { my $o; unzip($ARGV[0] => \$o, Name => $f) or exit 1; print $o }' \
  "$T/table.xlsx" xl/workbook.xml xl/sharedStrings.xml xl/worksheets/sheet1.xml >"$WORK/xlsx" || fail "the workbook cannot be opened"
for text in 'name="data"' 'name="codebook"' '=HYPERLINK(' '年龄'; do grep -qF "$text" "$WORK/xlsx" || fail "no $text in the workbook"; done
grep -qF '<f>' "$WORK/xlsx" && fail "a formula stands in the workbook"
all_bytes "$T" >"$WORK/first"
expect_exit 0 "$LARC" export "$S" --relative-dates
all_bytes "$T" | diff "$WORK/first" - >/dev/null || fail "the same export gave other bytes"
expect_exit 0 "$LARC" export "$S" --at P0 --out "$WORK/p0"
head -1 "$WORK/p0/table.csv" | grep -q followup_visits && fail "a variable of the label is known at P0"
expect_exit 2 "$LARC" export "$S" --at P7
expect_exit 2 "$LARC" export "$S" --mask tumour
expect_stderr "--mask means nothing with --what table"

note "a folder that larc did not make stays as it is"
mkdir "$WORK/own"
echo mine >"$WORK/own/file"
for what in table bids; do
  expect_exit 3 "$LARC" export "$S" --what $what --out "$WORK/own"
  expect_stderr "was not made by 'larc export'" "--out"
done
[ "$(ls "$WORK/own")" = file ] || fail "the folder was changed"
echo mine >"$T/notes.txt"
expect_exit 3 "$LARC" export "$S"
expect_stderr "notes.txt"

note "BIDS"
expect_exit 0 "$LARC" export "$S" --what bids --out "$WORK/bids" --json
expect_json patients 6
expect_json left_out []
(cd "$WORK/bids" && find . -name '*.nii.gz' | sort) >"$WORK/names"
[ "$(wc -l <"$WORK/names")" -eq 12 ] || fail "not 12 images: $(cat "$WORK/names")"
grep -Evq '^\./(derivatives/larc/)?sub-([A-Za-z0-9]+)/ses-1/anat/sub-\2_ses-1_(T2w|label-tumour_mask)\.nii\.gz$' "$WORK/names" &&
  fail "a name is not of BIDS: $(cat "$WORK/names")"
expect_json_key BIDSVersion "$WORK/bids/dataset_description.json"
expect_json DatasetType derivative "$WORK/bids/derivatives/larc/dataset_description.json"
head -1 "$WORK/bids/participants.tsv" | grep -q 'participant_id.*age.*sex' || fail "no age of the participants"
grep -q 'response\|os_time' "$WORK/bids/participants.tsv" && fail "outcomes without being asked for"
expect_file "$WORK/bids/participants.json" "$WORK/bids/sourcedata/patient_ids.tsv" "$WORK/bids/README"
all_bytes "$WORK/bids" >"$WORK/first"
expect_exit 0 "$LARC" export "$S" --what bids --out "$WORK/bids" --threads 1
all_bytes "$WORK/bids" | diff "$WORK/first" - >/dev/null || fail "one thread gave other bytes"
expect_exit 0 "$LARC" export "$S" --what bids --out "$WORK/bids" --outcomes
head -1 "$WORK/bids/participants.tsv" | grep -q response_state || fail "no outcomes when asked for"

note "nnU-Net"
expect_exit 0 "$LARC" export "$S" --what nnunet --out "$WORK/nnunet" --json
expect_json patients 6
D=$WORK/nnunet/Dataset501_Small
expect_json channel_names/0 t2 "$D/dataset.json"
expect_json labels/background 0 "$D/dataset.json"
expect_json labels/tumour 1 "$D/dataset.json"
expect_json numTraining 6 "$D/dataset.json"
expect_json file_ending .nii.gz "$D/dataset.json"
for p in p01 p06; do expect_file "$D/imagesTr/${p}_0000.nii.gz" "$D/labelsTr/$p.nii.gz"; done
expect_exit 0 "$LARC" radiomics "$D/imagesTr/p01_0000.nii.gz" "$D/labelsTr/p01.nii.gz" --json
expect_json_key features/original_shape_MeshVolume
expect_exit 2 "$LARC" export "$S" --what nnunet --channels dwi
expect_stderr "'dwi'" "it has: t2"
expect_exit 2 "$LARC" export "$S" --what nnunet --at P0

note "nothing half-written"
expect_no_partial "$WORK"
