# larc deidentify: trees of anything, pseudonymous trees out; the secret guarded; real sets read by pydicom.
. "$(dirname "$0")/lib.sh"

IMAGING=$LARC_TEST_DATA/imaging
[ -d "$IMAGING" ] || { echo "skipped: real data absent: $IMAGING (set LARC_TEST_DATA)"; exit 77; }
PYTHON=/usr/bin/python3
if "$PYTHON" -c 'import pydicom' 2>/dev/null; then HAS_PYDICOM=1; else HAS_PYDICOM=0; fi
SECRET=$WORK/keys/secret
mkdir "$WORK/keys"

# tree FOLDER: the digest of every file in it
tree() { (cd "$1" && find . -type f ! -name .lock | LC_ALL=C sort | xargs sha256sum); }

note "a delivery whose names and folders name the patient"
delivery=$WORK/delivery/Doe_John_19500203
mkdir -p "$delivery/series" "$delivery/series/deeper"
cp "$(find "$IMAGING/prostatex" -type f -name '*.dcm' | LC_ALL=C sort | head -1)" "$delivery/series/Doe_John_1.dcm"
cp "$delivery/series/Doe_John_1.dcm" "$delivery/series/deeper/copy of Doe.dcm"
echo "Doe, John, telephone" >"$delivery/notes.txt"
: >"$delivery/empty"
head -c 2000 "$delivery/series/Doe_John_1.dcm" >"$delivery/series/Doe_broken.dcm"
chmod -R u+w "$WORK/delivery"

note "the secret"
expect_exit 3 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET"
expect_stderr "secret file does not exist" "--create-secret"
expect_exit 5 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$WORK/out/secret" --create-secret
expect_stderr "must not lie in the folder that is given away"
expect_no_file "$WORK/out"
expect_exit 0 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --create-secret --json
[ "$(stat -c %a "$SECRET")" = 600 ] || fail "the secret has mode $(stat -c %a "$SECRET")"
expect_one_document
expect_json files 5
expect_json written 1
expect_json copies 1
expect_json not_dicom 2
expect_json patients 1
expect_json refused/0/reason "DICOM that breaks off or contradicts itself; send or export the file again"
if grep -qi "doe\|john" "$WORK/stdout" "$WORK/stderr"; then fail "a name is in what was said"; fi
if grep -rqi "doe\|john\|prostatex-0000" "$WORK/out"; then fail "a name is in the output"; fi
if find "$WORK/out" | grep -qi "doe\|john"; then fail "a name is in a file name of the output"; fi
expect_file "$WORK/out/files.csv" "$WORK/out/summary.json" "$WORK/out/deidentification.json"

note "again: nothing is new, no byte changes"
tree "$WORK/out" >"$WORK/before"
expect_exit 0 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --json
expect_json written 0
expect_json unchanged 4
tree "$WORK/out" | diff "$WORK/before" - || fail "the second run changed the folder"
expect_exit 0 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --show-paths
expect_stderr "Doe_broken.dcm"

note "a stop in the middle: what lies half-written is gone, what is missing comes back"
object=$(find "$WORK/out" -name '*.dcm')
rm "$object"
mkdir "$WORK/out/.partial"
echo half >"$WORK/out/.partial/7"
expect_exit 0 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET"
tree "$WORK/out" | diff "$WORK/before" - || fail "the run after a stop did not restore the folder"

note "refusals"
chmod 640 "$SECRET"
expect_exit 5 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET"
expect_stderr "chmod 600"
chmod 600 "$SECRET"
expect_exit 3 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$WORK/keys/other" --create-secret
expect_stderr "began with another secret"
expect_exit 3 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --options none
expect_stderr "begun with other options"
expect_exit 2 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --options keep-all
expect_stderr "'keep-all' is no option" "device-identity"
expect_exit 5 "$LARC" deidentify "$WORK/delivery" --out "$WORK/delivery/out" --secret "$SECRET"
expect_stderr "lie within each other"
expect_exit 3 "$LARC" deidentify "$WORK/Doe_absent" --out "$WORK/out" --secret "$SECRET"
expect_stderr "path 1 of the command does not exist"
if grep -q Doe "$WORK/stderr"; then fail "the path was named"; fi
expect_exit 3 flock "$WORK/out/.lock" "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET"
expect_stderr "another larc is at work"
tree "$WORK/out" | diff "$WORK/before" - || fail "a refused run changed the folder"

note "the table of ids: beside the secret only"
expect_exit 5 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --keep-table "$WORK/table.csv"
expect_stderr "only in the folder of the secret"
expect_no_file "$WORK/table.csv"
rm -r "$WORK/out"
expect_exit 0 "$LARC" deidentify "$WORK/delivery" --out "$WORK/out" --secret "$SECRET" --keep-table "$WORK/keys/table.csv"
grep -qi "^prostatex-0000,P" "$WORK/keys/table.csv" || fail "the table does not name the patient"
[ "$(stat -c %a "$WORK/keys/table.csv")" = 600 ] || fail "the table has mode $(stat -c %a "$WORK/keys/table.csv")"
expect_exit 0 "$LARC" deidentify "$IMAGING/divest" --out "$WORK/out" --secret "$SECRET" --keep-table "$WORK/keys/table.csv"
grep -qi "^prostatex-0000,P" "$WORK/keys/table.csv" || fail "the table forgot a patient"

note "every real set goes through; one thread or four, the same bytes"
expect_exit 0 "$LARC" deidentify "$IMAGING" --out "$WORK/all" --secret "$SECRET" --allow-missing-id --threads 4 --json
cp "$WORK/stdout" "$WORK/all.json"
expect_exit 0 "$LARC" deidentify "$IMAGING" --out "$WORK/one" --secret "$SECRET" --allow-missing-id --threads 1 --json
cmp "$WORK/all.json" "$WORK/stdout" || fail "the answers differ between one and four threads"
tree "$WORK/all" >"$WORK/tree_all"
tree "$WORK/one" | diff "$WORK/tree_all" - || fail "the outputs differ between one and four threads"
written=$(json written "$WORK/all.json")
[ "$written" -gt 300 ] || fail "only $written objects were written"
echo "$(json files "$WORK/all.json") files, $written objects written, $(grep -c '"reason"' "$WORK/all/summary.json") reasons to refuse"
grep -h '"reason"\|"files"' "$WORK/all/summary.json"

[ "$HAS_PYDICOM" = 1 ] || { echo "skipped: pydicom absent (package python3-pydicom): the outputs were not read by it"; exit 0; }
note "pydicom reads every object and finds no name, id or foreign UID"
cat >"$WORK/check.py" <<'PY'
import os, sys, warnings
import pydicom
warnings.simplefilter("ignore")
names = ("PatientBirthDate", "InstitutionName", "ReferringPhysicianName", "OperatorsName", "OtherPatientIDs")
count = 0
for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        if not name.endswith(".dcm"):
            continue
        data = pydicom.dcmread(os.path.join(folder, name))
        count += 1
        assert data.PatientIdentityRemoved == "YES", name
        assert str(data.PatientName) == data.PatientID == os.path.relpath(folder, sys.argv[1]).split(os.sep)[0], name
        assert data.file_meta.MediaStorageSOPInstanceUID == data.SOPInstanceUID, name
        assert data.preamble == b"\0" * 128, name
        for keyword in names:
            assert str(data.get(keyword, "")) in ("", "REMOVED"), (name, keyword)
        for element in data.iterall():
            if element.VR == "PN":
                assert str(element.value) in ("", "REMOVED", data.PatientID), (name, element.tag)
            if element.VR == "UI":
                values = element.value if isinstance(element.value, pydicom.multival.MultiValue) else [element.value]
                for uid in values:
                    assert str(uid) == "" or str(uid).startswith(("2.25.", "1.2.840.10008.")), (name, element.tag)
print(count, "objects read by pydicom")
assert count > 300
PY
expect_exit 0 "$PYTHON" "$WORK/check.py" "$WORK/all"
cat "$WORK/stdout"
