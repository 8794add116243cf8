# A raw disk of DICOM under pseudonyms: nothing that the generator planted to name a patient is left anywhere in the
# study; what is ambiguous waits for a person, whose word holds; the secret is one and the same for all deliveries.
. "$(dirname "$0")/lib.sh"

PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || { echo "skipped: $PYTHON absent"; exit 77; }
STUDY=$WORK/study
SECRET=$WORK/keys/secret
mkdir "$WORK/keys"

note "the disk lies apart from the study"
expect_exit 0 "$LARC" init "$WORK/disk" --demo --demo-patients 12 --demo-disk raw
mkdir "$STUDY"
cp "$WORK/disk/study.yaml" "$STUDY/study.yaml"
mkdir "$WORK/empty"
expect_exit 0 "$LARC" deidentify "$WORK/empty" --out "$WORK/none" --secret "$SECRET" --create-secret

note "import under pseudonyms"
expect_exit 0 "$LARC" import "$STUDY" "$WORK/disk/incoming" --pseudonyms "$SECRET" --json
cp "$WORK/stdout" "$WORK/first.json"
cp "$WORK/stderr" "$WORK/first.err"
expect_json patients 12
expect_exit 0 "$LARC" screen "$STUDY"
cp "$WORK/stdout" "$WORK/screen.out"
expect_exit 0 "$LARC" export "$STUDY" --what dicom
cp "$WORK/stdout" "$WORK/first.export.out"
cp "$WORK/stderr" "$WORK/first.export.err"

note "no planted string is in the study, nor in what was said"
"$PYTHON" - "$WORK/disk/demo_truth.json" "$STUDY" "$WORK"/first.* "$WORK/screen.out" <<'EOF' || fail "an identity is left"
import json, pathlib, sys, zlib
truth, *places = sys.argv[1:]
planted = set()
for line in json.load(open(truth))["identifying_strings"]:
    planted.add(line["patient"])
    for one in line["strings"]:
        # Eight digits of a date of birth may stand anywhere by chance.
        if len(one["text"]) >= 6 and not one["text"].isdigit(): planted.add(one["text"])
assert len(planted) > 100, "the generator planted nothing"
found = 0
for place in map(pathlib.Path, places):
    for file in [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()]:
        data = file.read_bytes()
        for text in planted:
            for code in ("utf-8", "utf-16-le"):
                if text.encode(code) in data:
                    found += 1
                    if found < 6: print("left:", len(text), "characters in", file.name, file=sys.stderr)
sys.exit(found > 0)
EOF

note "the same secret again, nothing new; another one or none is refused"
expect_exit 0 "$LARC" import "$STUDY" "$WORK/disk/incoming" --pseudonyms "$SECRET" --json
cmp "$WORK/stdout" "$WORK/first.json" || fail "the second import says something else"
expect_exit 5 "$LARC" import "$STUDY" "$WORK/disk/incoming"
expect_stderr "--pseudonyms"
expect_exit 0 "$LARC" deidentify "$WORK/empty" --out "$WORK/none2" --secret "$WORK/keys/other" --create-secret
expect_exit 3 "$LARC" import "$STUDY" "$WORK/disk/incoming" --pseudonyms "$WORK/keys/other"
expect_stderr "another secret"

note "decisions need a name, a reason, and a series that was delivered"
# Somebody whose image of that role is there: who is first depends on the secret, and the first may lack it.
PATIENT=$("$PYTHON" -c 'import json,sys; print(next(one["patient"] for one in json.load(open(sys.argv[1]))["quality"] if one["role"] == "t2_1"))' "$STUDY/reports/images.json")
expect_exit 3 "$LARC" decide "$STUDY" --patient "$PATIENT" --image t2_1 --series none-such --by Reader --reason test
expect_stderr "none-such" "delivered were"
expect_exit 3 "$LARC" decide "$STUDY" --patient nobody --image t2_1 --series none --by Reader --reason test
expect_exit 3 "$LARC" decide "$STUDY" --patient "$PATIENT" --image t9 --series none --by Reader --reason test
expect_stderr "t2_1"
expect_exit 0 "$LARC" decide "$STUDY" --patient "$PATIENT" --image t2_1 --quality exclude --by Reader --reason "seen by eye"
expect_exit 0 "$LARC" screen "$STUDY"
"$PYTHON" - "$STUDY/reports/images.json" "$PATIENT" <<'EOF' || fail "the decision does not hold"
import json, sys
for one in json.load(open(sys.argv[1]))["quality"]:
    if one["patient"] == sys.argv[2] and one["role"] == "t2_1":
        sys.exit(one["used"] or one["decision"]["by"] != "Reader")
sys.exit(1)
EOF
expect_exit 0 "$LARC" status "$STUDY" --verify
echo "passed"
