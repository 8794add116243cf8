"""Reads a written SEG or SR with pydicom, for dicom_derived_test.cpp.

read_written.py seg FILE OUT   prints number, label, type code and tracking UID of each segment and segment and source (of a
                               multi-frame image with its frame) of each frame; writes all frames unpacked, a byte a
                               pixel, to OUT
read_written.py sr FILE        prints each numeric item, each coded and each image reference of the content tree
"""
import sys

import pydicom


def code(sequence):
    return f"{sequence[0].CodeValue}|{sequence[0].CodingSchemeDesignator}"


def walk(item):
    kind = item.get("ValueType")
    name = code(item.ConceptNameCodeSequence) if item.get("ConceptNameCodeSequence") else "-"
    if kind == "NUM":
        value = item.MeasuredValueSequence[0] if item.get("MeasuredValueSequence") else None
        print("NUM", name, f"{float(value.NumericValue)!r}" if value else "none",
              value.MeasurementUnitsCodeSequence[0].CodeValue if value else "-")
    elif kind == "CODE":
        print("CODE", name, code(item.ConceptCodeSequence))
    elif kind == "IMAGE":
        reference = item.ReferencedSOPSequence[0]
        print("IMAGE", name, reference.ReferencedSOPInstanceUID, reference.get("ReferencedSegmentNumber", "-"))
    elif kind in ("TEXT", "UIDREF"):
        print(kind, name, item.get("TextValue") or item.get("UID"))
    for child in item.get("ContentSequence") or []:
        walk(child)


data = pydicom.dcmread(sys.argv[2])
if sys.argv[1] == "seg":
    print("class", data.SOPClassUID, data.FrameOfReferenceUID)
    for segment in data.SegmentSequence:
        print("segment", segment.SegmentNumber, segment.SegmentLabel, code(segment.SegmentedPropertyTypeCodeSequence),
              segment.TrackingUID)
    for group in data.PerFrameFunctionalGroupsSequence:
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        print("frame", group.SegmentIdentificationSequence[0].ReferencedSegmentNumber, source.ReferencedSOPInstanceUID,
              *[source.ReferencedFrameNumber] if "ReferencedFrameNumber" in source else [])
    with open(sys.argv[3], "wb") as out:
        out.write(data.pixel_array.astype("uint8").tobytes())
else:
    print("class", data.SOPClassUID, data.Modality)
    walk(data)
