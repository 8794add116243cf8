#include "study/export_dicom.h"

#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/version.h"
#include "image/placement.h"
#include "io/dicom/write_report.h"
#include "io/dicom/write_segmentation.h"
#include "radiomics/extractor.h"
#include "study/bids_name.h"
#include "study/dicom_intake.h"
#include "study/dicom_source.h"
#include "study/extract.h"
#include "study/snapshot.h"

namespace larc::study {

namespace fs = std::filesystem;
using io::dicom::DicomSeriesInfo;
using io::dicom::make_uid;
using io::dicom::ReportMeasurement;

namespace {

/// Numbers of the series that larc adds to an examination begin here, far from a scanner's.
constexpr int kFirstSeries = 9001;
constexpr std::size_t kLongText = 64;  // characters of a LO

/// What one image and its outlines become.
struct Objects {
  std::string patient, role;
  std::string folder;  // the patient's name
  std::vector<const MaskRole*> masks;
  std::string reason;  // why there are none
  std::vector<std::vector<std::string>> rows;
};

std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return text.substr(0, end);
}

/// The codes of a region, by the mask's id, else by a word of its label ("Outline of the tumour").
io::dicom::RegionTerm term_of_mask(const MaskRole& mask) {
  const auto own_word = [](const io::dicom::RegionTerm& term) {
    return term.type.scheme == io::dicom::kOwnScheme && term.category.value == "85756007";  // any tissue
  };
  const auto by_id = io::dicom::term_of(mask.id);
  if (!own_word(by_id)) return by_id;
  const std::string& label = mask.label.en;
  for (std::size_t at = 0; at < label.size(); at = label.find(' ', at + 1))
    if (const auto term = io::dicom::term_of(label.substr(at)); !own_word(term)) return term;
  return by_id;
}

/// errors not_ready, unsupported: why no object can refer to the image
DicomSource source_of(const Study& study, const ImageRecord& record) {
  if (!record.source.starts_with(kSeriesSource))
    throw Error(ErrorCode::not_ready, "it came from the file " + record.source +
                                          ", not from a DICOM series: there is nothing that an object could refer to");
  const auto kept = record.details.find(kDicomSource);
  if (kept == record.details.end())
    throw Error(
        ErrorCode::not_ready,
        "it was imported by an earlier larc, which did not keep the UIDs of its slices; import the series again");
  if (const auto done = record.details.find("resampled"); done != record.details.end())
    throw Error(ErrorCode::unsupported,
                "its slices were put on a regular grid on import; the outline does not lie on those of the series");
  DicomSource source = decode_dicom_source(study.content.get(kept->get<std::string>()), "the DICOM source of an image");
  const auto& first = source.instances.front();
  if (first.study_uid.empty() || first.frame_of_reference_uid.empty())
    throw Error(ErrorCode::not_ready, std::string("its series names no ") +
                                          (first.study_uid.empty() ? "study" : "frame of reference") +
                                          "; an object that refers to it must share it");
  if (source.series_date.empty())
    throw Error(ErrorCode::not_ready, "its series has no date, which a segmentation must have");
  return source;
}

/// Patient, study and equipment of both objects; series UID, number and description are each object's own.
DicomSeriesInfo info_of(const std::string& patient, const DicomSource& source) {
  DicomSeriesInfo info;
  info.patient_id = patient;
  info.study_uid = source.instances.front().study_uid;
  info.study_date = source.study_date;
  info.study_time = source.study_time;
  info.acquisition_date = source.series_date;
  info.frame_of_reference_uid = source.instances.front().frame_of_reference_uid;
  info.software_versions = std::string("larc ") + version();
  if (source.pseudonymous)
    info.extra = {{0x0012, 0x0062, "CS", "YES", {}}, {0x0012, 0x0063, "LO", "larc import with pseudonyms", {}}};
  return info;
}

/// What is measured of a region as it was drawn. Nothing stands for what is undefined.
std::vector<ReportMeasurement> measurements_of(const image::Volume& volume, const image::Mask& mask, bool is_adc) {
  std::vector<ReportMeasurement> list{io::dicom::volume_measurement(image::volume_mm3(mask))};
  radiomics::ExtractionSettings settings;
  settings.families = {"shape"};
  settings.selected["shape"] = {"shape_Maximum3DDiameter"};
  for (const auto& feature : radiomics::extract(volume, mask, settings).features)
    if (std::isfinite(feature.value)) list.push_back(io::dicom::diameter_measurement(feature.value));
  if (is_adc) {
    double sum = 0;
    for (std::size_t v = 0; v < mask.voxels.size(); ++v)
      if (mask.voxels[v] != 0) sum += volume.voxels[v];
    list.push_back(io::dicom::mean_adc_measurement(sum / static_cast<double>(image::voxel_count(mask))));
  }
  return list;
}

std::string text_in(const Json& details, const char* key) {
  const auto found = details.find(key);
  return found != details.end() && found->is_string() ? found->get<std::string>() : "";
}

void write_objects(const Study& study, const UsableImages& usable, int number, const ExportFolder& folder,
                   Objects& objects) {
  const PatientImages images = registry_images(study, usable, objects.patient);
  if (const std::string why = images.missing(objects.role); !why.empty()) throw Error(ErrorCode::not_ready, why);
  const ImageRecord& record = usable.images.at({objects.patient, objects.role});
  const DicomSource source = source_of(study, record);
  const image::Volume volume = images.image(objects.role);
  const bool is_adc = text_in(record.details, "sequence") == "adc";

  std::vector<image::Mask> masks;
  std::vector<io::dicom::SegRegion> regions;
  std::vector<io::dicom::ReportRegion> measured;
  std::vector<std::string> content{"larc segmentation 1", version(), objects.patient, record.content_hash,
                                   record.details.at(kDicomSource)};
  masks.reserve(objects.masks.size());
  for (const MaskRole* role : objects.masks) {
    const ImageRecord& outline = usable.images.at({objects.patient, role->id});
    masks.push_back(images.mask(role->id));
    io::dicom::SegRegion region{cut(role->id, kLongText), &masks.back(), term_of_mask(*role)};
    region.description = role->label.en;
    if (const std::string type = text_in(outline.details, "algorithm_type"); !type.empty()) {
      const std::string name = text_in(outline.details, "algorithm_name");
      region.algorithm_type = type;
      region.algorithm_name = name.empty() ? "unknown" : cut(name, kLongText);
    }
    content.insert(content.end(), {role->id, role->label.en, outline.content_hash, region.algorithm_type,
                                   region.algorithm_name, region.term.type.value});
    measured.push_back(
        {static_cast<int>(masks.size()), region.term, measurements_of(volume, masks.back(), is_adc), {}});
    regions.push_back(std::move(region));
  }

  DicomSeriesInfo info = info_of(objects.patient, source);
  info.series_uid = make_uid(hash_of(content));
  info.series_number = kFirstSeries + 2 * number;
  info.series_description = cut("Regions of " + objects.role, 40) + ", research use only";
  const std::string stem = objects.folder + "/" + objects.role;
  const fs::path seg = folder.place(stem + "_seg.dcm"), report = folder.place(stem + "_report.dcm");
  const auto add_row = [&](const char* kind, const fs::path& file, const std::string& uid) {
    objects.rows.push_back({objects.patient, objects.role, kind, objects.folder + "/" + file.filename().string(), uid,
                            info.series_uid, info.study_uid});
  };
  try {
    const auto written = io::dicom::write_segmentation(seg, regions, info, source.instances);
    add_row("segmentation", seg, written.sop_instance_uid);
    info.series_uid = make_uid(info.series_uid + "/measured");
    info.series_number += 1;
    info.series_description = cut("Measurements of " + objects.role, 40) + ", research use only";
    add_row("report", report, io::dicom::write_report(report, measured, written, info, source.instances));
  } catch (const Error&) {
    fs::remove(seg);  // both or none
    objects.rows.clear();
    throw;
  }
}

}  // namespace

ExportSummary write_dicom(const Study& study, const DicomSettings& settings, ExportFolder& folder) {
  if (study.file.masks.empty())
    throw Error(ErrorCode::not_ready, "study.yaml declares no mask; a segmentation is made of outlines");
  const UsableImages usable = usable_images(study);
  const Snapshot snapshot(study);
  const auto names = alphanumeric_names(snapshot.patients);
  std::vector<Objects> all;
  std::vector<int> numbers;
  for (const auto& patient : snapshot.patients) {
    if (snapshot.eligibility_of(patient) != Eligibility::eligible) continue;
    for (std::size_t r = 0; r < study.file.images.size(); ++r) {
      Objects objects{patient, study.file.images[r].id, names.at(patient), {}, {}, {}};
      for (const auto& mask : study.file.masks)
        if (mask.image == objects.role && usable.images.contains({patient, mask.id})) objects.masks.push_back(&mask);
      if (objects.masks.empty()) continue;
      all.push_back(std::move(objects));
      numbers.push_back(static_cast<int>(r));
    }
  }
  if (all.empty()) throw Error(ErrorCode::not_ready, "no eligible patient has an outline; import outlines first");

  Progress progress("Writing DICOM", all.size());
  parallel_for(all.size(), settings.threads, [&](std::size_t i) {
    try {
      write_objects(study, usable, numbers[i], folder, all[i]);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::io) throw;
      all[i].reason = error.what();
    }
    progress.advance();
  });
  ExportSummary summary;
  std::vector<std::vector<std::string>> rows;
  std::set<std::string> patients;
  for (const auto& objects : all) {
    if (!objects.reason.empty()) summary.left_out.emplace_back(objects.patient + "/" + objects.role, objects.reason);
    if (objects.rows.empty()) continue;
    patients.insert(objects.patient);
    rows.insert(rows.end(), objects.rows.begin(), objects.rows.end());
  }
  if (rows.empty())
    throw Error(ErrorCode::not_ready, "no patient can be exported; the first, " + summary.left_out.front().first +
                                          ": " + summary.left_out.front().second);
  folder.write(
      "objects.csv",
      format_safe_csv({"patient_id", "image", "kind", "file", "sop_instance_uid", "series_uid", "study_uid"}, rows));
  summary.patients = patients.size();
  return summary;
}

}  // namespace larc::study
