# Outlines and measurements as DICOM objects: pydicom and dcmtk read them, larc reads the same masks back, the same
# study gives the same bytes, and a study under pseudonyms shows nothing of the delivery.
. "$(dirname "$0")/lib.sh"

PYTHON=/usr/bin/python3
"$PYTHON" -c 'import pydicom' 2>/dev/null || { echo "skipped: pydicom absent (package python3-pydicom)"; exit 77; }
S=$WORK/study
OUT=$WORK/out

note "a demonstration of few patients"
expect_exit 0 "$LARC" init "$S" --demo --demo-patients 12
expect_exit 4 "$LARC" export "$S" --what dicom
expect_exit 0 "$LARC" import "$S" "$S/incoming"
expect_exit 0 "$LARC" export "$S" --what dicom --out "$OUT" --json
expect_one_document
expect_json what dicom
expect_json left_out []
expect_file "$OUT/objects.csv"
cp "$WORK/stdout" "$WORK/answer.json"
expect_exit 2 "$LARC" export "$S" --what dicom --at P0
expect_stderr "--at means nothing with --what dicom"

note "the same study, the same bytes, whatever the threads"
(cd "$OUT" && find . -type f | sort | xargs sha256sum) >"$WORK/first"
expect_exit 0 "$LARC" export "$S" --what dicom --out "$OUT" --threads 1
(cd "$OUT" && find . -type f | sort | xargs sha256sum) | diff "$WORK/first" - || fail "one thread gave other bytes"

note "every object is of the patient, examination and frame of reference of its series"
cat >"$WORK/check.py" <<'PY'
import csv, pathlib, sys
import pydicom
out, incoming = map(pathlib.Path, sys.argv[1:3])
same_names = sys.argv[3] == "as-delivered"
images = {}
for path in incoming.rglob("*"):
    if path.is_file():
        try:
            data = pydicom.dcmread(path, stop_before_pixels=True)
        except pydicom.errors.InvalidDicomError:
            continue
        if "SOPInstanceUID" in data: images[data.SOPInstanceUID] = data
rows = list(csv.DictReader(open(out / "objects.csv")))
assert len(rows) == len(list(out.rglob("*.dcm"))) and rows, "objects.csv does not list every object"
kinds = {"segmentation": "1.2.840.10008.5.1.4.1.1.66.4", "report": "1.2.840.10008.5.1.4.1.1.88.22"}
segmentations, mesorectum = {}, 0
for row in rows:
    data = pydicom.dcmread(out / row["file"])
    assert data.SOPClassUID == kinds[row["kind"]] and data.SOPInstanceUID == row["sop_instance_uid"]
    assert data.SeriesInstanceUID == row["series_uid"] and data.StudyInstanceUID == row["study_uid"]
    assert data.PatientID == row["patient_id"] == str(data.PatientName) and data.PatientBirthDate == ""
    assert "research use only" in data.SeriesDescription
    assert data.get("PatientIdentityRemoved") == (None if same_names else "YES")
    if row["kind"] == "segmentation":
        segmentations[row["patient_id"], row["image"]] = data
        for frame in data.PerFrameFunctionalGroupsSequence:
            source = frame.DerivationImageSequence[0].SourceImageSequence[0]
            image = images[source.ReferencedSOPInstanceUID]
            assert image.SOPClassUID == source.ReferencedSOPClassUID and "ReferencedFrameNumber" not in source
            assert image.StudyInstanceUID == data.StudyInstanceUID and image.PatientID == data.PatientID
            assert image.StudyDate == data.StudyDate and image.StudyTime == data.StudyTime
            assert image.FrameOfReferenceUID == data.FrameOfReferenceUID
            there = frame.PlanePositionSequence[0].ImagePositionPatient
            assert max(abs(a - b) for a, b in zip(there, image.ImagePositionPatient)) < 1e-4
            shared = data.SharedFunctionalGroupsSequence[0]
            assert max(abs(a - b) for a, b in zip(shared.PlaneOrientationSequence[0].ImageOrientationPatient,
                                                  image.ImageOrientationPatient)) < 1e-4
            assert (data.Rows, data.Columns) == (image.Rows, image.Columns)
        for segment in data.SegmentSequence:
            kind = segment.SegmentedPropertyTypeCodeSequence[0]
            if segment.SegmentLabel.startswith("tumour"):
                assert (kind.CodeValue, kind.CodingSchemeDesignator) == ("86049000", "SCT"), kind
            else:
                assert (kind.CodeValue, kind.CodingSchemeDesignator) == ("MESORECTUM", "99LARC"), kind
                mesorectum += 1
            assert segment.SegmentAlgorithmType == "MANUAL"
assert mesorectum > 0, "no mesorectum was written"
for row in rows:
    if row["kind"] != "report": continue
    data, seg = pydicom.dcmread(out / row["file"]), segmentations[row["patient_id"], row["image"]]
    spacing = seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    voxel = float(spacing.PixelSpacing[0]) * float(spacing.PixelSpacing[1]) * float(spacing.SpacingBetweenSlices)
    frames = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)
    voxels = {}
    for frame, pixels in zip(seg.PerFrameFunctionalGroupsSequence, frames):
        number = frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        voxels[number] = voxels.get(number, 0) + int(pixels.sum())
    measured, series = {}, set()
    def walk(item, number=None):
        children = item.get("ContentSequence") or []
        for child in children:
            if child.ValueType == "IMAGE" and child.get("ConceptNameCodeSequence") and child.ConceptNameCodeSequence[0].CodeValue == "121191":
                assert child.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == seg.SOPInstanceUID
                number = int(child.ReferencedSOPSequence[0].ReferencedSegmentNumber)
        for child in children:
            if child.ValueType == "NUM":
                measured[number, child.ConceptNameCodeSequence[0].CodeValue] = float(child.MeasuredValueSequence[0].NumericValue)
            if child.ValueType == "UIDREF" and child.ConceptNameCodeSequence[0].CodeValue == "121232": series.add(child.UID)
            walk(child, number)
    walk(data)
    for number, count in voxels.items():
        assert abs(measured[number, "118565006"] - count * voxel / 1000) < 1e-4 * count * voxel / 1000, (row["file"], number)
        assert 5 < measured[number, "L0JK"] < 400, measured
    assert series == {seg.ReferencedSeriesSequence[0].SeriesInstanceUID}, series
print(len(rows), "objects")
PY
expect_exit 0 "$PYTHON" "$WORK/check.py" "$OUT" "$S/incoming" as-delivered
cat "$WORK/stdout"

note "dcmtk reads them"
if command -v dcmdump dsrdump dsr2html >/dev/null; then
  find "$OUT" -name '*_seg.dcm' >"$WORK/segs"
  while read -r file; do
    expect_exit 0 dcmdump +E "$file"
    grep -q '^[EW]: ' "$WORK/stderr" && fail "dcmdump: $(head -3 "$WORK/stderr")"
  done <"$WORK/segs"
  find "$OUT" -name '*_report.dcm' >"$WORK/reports"
  while read -r file; do
    expect_exit 0 dsrdump "$file"
    grep -q '^E: ' "$WORK/stderr" && fail "dsrdump: $(head -3 "$WORK/stderr")"
    expect_exit 0 dsr2html "$file"
    expect_stdout "Imaging Measurement Report" " cm3<" "Maximum 3D Diameter"
  done <"$WORK/reports"
else
  echo "skipped: dcmtk absent"
fi

note "larc reads the same masks back"
sed 's/rtstruct_roi: .*GTV.*/segment: "tumour_*"/; s/rtstruct_roi: .*mesorect.*/segment: "mesorectum_*"/' "$S/study.yaml" >"$WORK/back.yaml"
new_study back "$WORK/back.yaml"
expect_exit 0 "$LARC" import "$WORK/back" "$S/incoming" "$OUT"
cat >"$WORK/masks.py" <<'PY'
import json, sqlite3, sys
def masks(study):
    rows = sqlite3.connect(study + "/registry.db").execute("SELECT patient, role, content_hash, details FROM image ORDER BY id")
    return {(p, r): (h, json.loads(d)["volume_mm3"]) for p, r, h, d in rows if "volume_mm3" in json.loads(d)}
first, back = masks(sys.argv[1]), masks(sys.argv[2])
exported = {(line.split(",")[0], line.split(",")[1]) for line in open(sys.argv[3])}
assert len(back) > 5
for place, mask in back.items(): assert first[place] == mask, place
for patient, role in first: assert (patient, role) in back or not any(p == patient for p, i in exported), (patient, role)
PY
expect_exit 0 "$PYTHON" "$WORK/masks.py" "$S" "$WORK/back" "$OUT/objects.csv"

note "under pseudonyms the objects fit the deidentified images, and nothing of the delivery is left"
mkdir "$WORK/keys" "$WORK/empty"
expect_exit 0 "$LARC" deidentify "$WORK/empty" --out "$WORK/none" --secret "$WORK/keys/secret" --create-secret
new_study hidden "$S/study.yaml"
expect_exit 0 "$LARC" import "$WORK/hidden" "$S/incoming" --pseudonyms "$WORK/keys/secret"
expect_exit 0 "$LARC" export "$WORK/hidden" --what dicom --out "$WORK/hidden_out"
expect_exit 0 "$LARC" deidentify "$S/incoming" --out "$WORK/given" --secret "$WORK/keys/secret"
expect_exit 0 "$PYTHON" "$WORK/check.py" "$WORK/hidden_out" "$WORK/given" hidden
"$PYTHON" - "$WORK/hidden_out" "$S/incoming" "$OUT/objects.csv" <<'PY' || fail "an identity is left"
import csv, pathlib, sys
import pydicom
secrets = set()
for path in pathlib.Path(sys.argv[2]).rglob("*.dcm"):
    data = pydicom.dcmread(path, stop_before_pixels=True)
    for key in ("PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID",
                "FrameOfReferenceUID", "AccessionNumber", "InstitutionName", "StudyDate"):
        # A moved date may fall on another patient's day.
        if key != "StudyDate" and len(str(data.get(key, ""))) > 3: secrets.add(str(data[key].value).encode())
assert len(secrets) > 100
for path in pathlib.Path(sys.argv[1]).rglob("*"):
    if path.is_file():
        data = path.read_bytes()
        for text in secrets: assert text not in data, path.name
PY

note "images that came from files: there is nothing to refer to"
cohort "$WORK/niftis" 6
new_study files
expect_exit 0 "$LARC" import "$WORK/files" "$WORK/niftis"
expect_exit 4 "$LARC" export "$WORK/files" --what dicom --out "$WORK/none_out"
expect_stderr "not from a DICOM series"
expect_no_file "$WORK/none_out"
expect_no_partial "$WORK"
