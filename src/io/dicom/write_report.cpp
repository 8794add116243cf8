#include "io/dicom/write_report.h"

#include <dcmtk/dcmsr/cmr/tid1500.h>
#include <dcmtk/dcmsr/dsrdoc.h>

#include <cmath>
#include <mutex>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "io/dicom/derived.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

void check(const OFCondition& status, const std::string& what) {
  if (status.bad()) throw Error(ErrorCode::internal, "report not written (" + what + "): " + status.text());
}

OFString text(const std::string& value) {
  return {value.c_str(), value.size()};
}

DSRCodedEntryValue entry(const Code& code) {
  return {text(code.value), text(code.scheme), text(code.meaning)};
}

void check_regions(const std::vector<ReportRegion>& regions, const WrittenSegmentation& segmentation) {
  if (regions.empty()) throw Error(ErrorCode::domain, "a report without region; give one");
  for (const auto& region : regions) {
    const std::string where = "segment " + std::to_string(region.segment_number);
    if (region.segment_number < 1 || static_cast<std::size_t>(region.segment_number) > segmentation.tracking_ids.size())
      throw Error(ErrorCode::domain,
                  where + " is not in the segmentation, which has " + std::to_string(segmentation.tracking_ids.size()));
    if (region.measurements.empty()) throw Error(ErrorCode::domain, where + " has no measurement; give one");
    if (region.term.type.value.empty())
      throw Error(ErrorCode::domain, where + " has no coded type; take term_of its name");
  }
}

void add_measurement(TID1500_MeasurementReport::TID1411_Measurements& group, const ReportMeasurement& measurement) {
  using Value = TID1500_MeasurementReport::TID1411_Measurements::MeasurementValue;
  const CID7469_GenericIntensityAndSizeMeasurements name(entry(measurement.name));
  const CID7181_AbstractMultiDimensionalImageModelComponentUnits unit(entry(measurement.unit));
  const Value value = std::isfinite(measurement.value) ? Value(text(decimal_string(measurement.value)), unit, OFFalse)
                                                       : Value(CID42_NumericValueQualifier::NotANumber, OFFalse);
  check(group.addMeasurement(name, value), measurement.name.meaning);
  if (!measurement.derivation.value.empty())
    check(group.getMeasurement().setDerivation(
              CID7464_GeneralRegionOfInterestMeasurementModifiers(entry(measurement.derivation))),
          "derivation");
}

void add_group(TID1500_MeasurementReport& report, const ReportRegion& region, const WrittenSegmentation& segmentation,
               const std::string& image_series) {
  check(report.addVolumetricROIMeasurements(), "measurement group");
  auto& group = report.getVolumetricROIMeasurements();
  const auto at = static_cast<std::size_t>(region.segment_number - 1);
  check(group.setTrackingIdentifier(text(segmentation.tracking_ids[at])), "tracking identifier");
  check(group.setTrackingUniqueIdentifier(text(segmentation.tracking_uids[at])), "tracking UID");
  check(group.setFinding(entry(region.term.type)), "finding");
  DSRImageReferenceValue segment(UID_SegmentationStorage, text(segmentation.sop_instance_uid));
  segment.getSegmentList().addItem(static_cast<Uint16>(region.segment_number));
  check(group.setReferencedSegment(segment), "referenced segment");
  check(group.setSourceSeriesForSegmentation(text(image_series)), "source series");
  const Code& site = region.term.anatomic_region;
  if (!site.value.empty()) check(group.addFindingSite(entry(site)), "finding site");
  for (const auto& measurement : region.measurements) add_measurement(group, measurement);
  for (const auto& finding : region.findings)
    check(group.addQualitativeEvaluation(entry(finding.name), entry(finding.value)), finding.name.meaning);
}

/// What DCMTK's image library asks for.
void put_image_reference(DcmDataset& image, const DicomInstance& instance) {
  put_text(image, DCM_SOPClassUID, instance.sop_class_uid);
  put_text(image, DCM_SOPInstanceUID, instance.sop_instance_uid);
  put_text(image, DCM_StudyInstanceUID, instance.study_uid);
  put_text(image, DCM_SeriesInstanceUID, instance.series_uid);
  put_text(image, DCM_Modality, instance.modality);
}

bool uses_own_scheme(const std::vector<ReportRegion>& regions) {
  for (const auto& region : regions) {
    if (region.term.type.scheme == kOwnScheme) return true;
    for (const auto& measurement : region.measurements)
      if (measurement.name.scheme == kOwnScheme) return true;
    for (const auto& finding : region.findings)
      if (finding.name.scheme == kOwnScheme || finding.value.scheme == kOwnScheme) return true;
  }
  return false;
}

}  // namespace

ReportMeasurement volume_measurement(double mm3) {
  return {{"118565006", "SCT", "Volume"}, mm3 / 1000, {"cm3", "UCUM", "cubic centimeter"}, {}};
}

ReportMeasurement diameter_measurement(double mm) {
  return {{"L0JK", "IBSI", "Maximum 3D Diameter of a Mesh"}, mm, {"mm", "UCUM", "millimeter"}, {}};
}

ReportMeasurement mean_adc_measurement(double adc_1e3_mm2_s) {
  return {{"113041", "DCM", "Apparent Diffusion Coefficient"},
          adc_1e3_mm2_s * 1000,
          {"um2/s", "UCUM", "um2/s"},
          {"373098007", "SCT", "Mean"}};
}

std::string write_report(const fs::path& path, const std::vector<ReportRegion>& regions,
                         const WrittenSegmentation& segmentation, const DicomSeriesInfo& info,
                         const std::vector<DicomInstance>& series) {
  start_dcmtk();
  check_info(info);
  check_regions(regions, segmentation);
  if (series.empty()) throw Error(ErrorCode::domain, "a report without images; give the instances of the image");

  // DCMTK numbers the nodes of all report trees by one counter that threads would spoil for each other (dsrtree.h).
  static std::mutex one_tree;
  const std::lock_guard lock(one_tree);
  TID1500_MeasurementReport report(CID7021_MeasurementReportDocumentTitles::ImagingMeasurementReport);
  check(report.setLanguage(CID5000_Languages::English), "language");
  check(report.getObservationContext().addDeviceObserver(text(make_uid("larc device")), "larc"), "observer");
  check(report.addProcedureReported(CID100_QuantitativeDiagnosticImagingProcedures::MRIUnspecifiedBodyRegion),
        "procedure");
  DSRDocument document(DSRTypes::DT_EnhancedSR);
  auto& evidence = document.getCurrentRequestedProcedureEvidence();
  check(report.getImageLibrary().createNewImageLibrary(), "image library");
  check(report.getImageLibrary().addImageGroup(), "image group");
  std::set<std::string> named;  // frames of one file are one image
  for (const auto& instance : series) {
    if (!named.insert(instance.sop_instance_uid).second) continue;
    DcmDataset image;
    put_image_reference(image, instance);
    check(report.getImageLibrary().addImageEntry(image, TID1600_ImageLibrary::withoutDescriptors), "image entry");
    check(evidence.addItem(text(instance.study_uid), text(instance.series_uid), text(instance.sop_class_uid),
                           text(instance.sop_instance_uid)),
          "referenced image");
  }
  check(evidence.addItem(text(info.study_uid), text(segmentation.series_uid), UID_SegmentationStorage,
                         text(segmentation.sop_instance_uid)),
        "referenced segmentation");
  for (const auto& region : regions) add_group(report, region, segmentation, series.front().series_uid);
  if (!report.isValid()) throw Error(ErrorCode::internal, "report not written: it does not follow TID 1500");
  check(document.setTreeFromRootTemplate(report), "content");
  check(document.setSpecificCharacterSetType(DSRTypes::CS_UTF8), "character set");
  check(document.completeDocument(), "completion");

  DcmFileFormat file;
  DcmDataset& data = *file.getDataset();
  check(document.write(data), "encoding");
  // DCMTK fills UIDs, dates and times from the clock and the machine.
  const std::string uid = make_uid(info.series_uid + "/report");
  for (const auto& tag :
       {DCM_InstanceCreationDate, DCM_InstanceCreationTime, DCM_InstanceCreatorUID, DCM_TimezoneOffsetFromUTC})
    data.findAndDeleteElement(tag);
  start_file(file, UID_EnhancedSRStorage, uid);
  put_patient_and_study(data, info);
  put_attributes(data, info.extra);
  put_derived_series(data, info, "SR");
  if (uses_own_scheme(regions)) put_own_scheme(data);
  write_file_atomic(path, to_bytes(file, 1024 * series.size() + 16384 * regions.size() + 65536));
  return uid;
}

}  // namespace larc::io::dicom
