#include "study/candidate.h"

#include "core/error.h"
#include "core/hash.h"
#include "core/number.h"
#include "image/placement.h"
#include "io/dicom/rtstruct.h"
#include "io/dicom/segmentation.h"
#include "io/diffusion.h"
#include "io/image_file.h"

namespace larc::study {

Json details_of(const io::dicom::DicomInstance& instance, const SeriesAttributes& attributes,
                const DeliveryIdentity& identity) {
  Json details{{"modality", instance.modality},
               {"series_description", identity.text(instance.series_description)},
               {"sequence", attributes.at("sequence")},
               {"date", attributes.at("date")},
               {"manufacturer", instance.manufacturer},
               {"model", instance.model},
               {"field_strength_t", number_or_null(instance.field_strength_t)},
               {"b_value", number_or_null(instance.b_value)},
               {"study_uid", instance.study_uid},
               {"series_uid", instance.series_uid},
               {"frame_of_reference_uid", instance.frame_of_reference_uid}};
  if (!instance.phase_encoding_direction.empty())
    details["phase_axis"] = instance.phase_encoding_direction.starts_with("ROW") ? 0 : 1;
  return details;
}

CandidateImage read_candidate_image(const Candidate& candidate) {
  CandidateImage image{{}, candidate.details};
  if (candidate.kind == Candidate::Kind::series) {
    auto read = io::dicom::read_series(io::dicom::unpack(*candidate.stack), candidate.image->reading);
    image.volume = std::move(read.volume);
    if (!read.done.empty()) image.details["resampled"] = read.done;
    image::check_finite(image.volume, candidate.source);
    if (candidate.sequence == "adc")
      image.details["adc_unit"] = io::bring_to_adc_unit(image.volume, candidate.stack->images.front());
  } else {
    image.volume = io::read_image(candidate.file);
    image::check_finite(image.volume, candidate.source);
  }
  image::check_geometry(image.volume.geometry, candidate.source);
  return image;
}

CandidateMask read_candidate_mask(const Candidate& candidate, const image::Geometry& grid,
                                  const DeliveryIdentity& identity) {
  const auto& file = candidate.file;
  image::Mask mask;
  Json details = Json::object();
  if (candidate.kind == Candidate::Kind::structure_set) {
    mask = io::dicom::read_rtstruct(file, candidate.mask->rtstruct_roi, grid);
  } else if (candidate.kind == Candidate::Kind::segmentation) {
    auto read = io::dicom::read_segment(file, candidate.mask->segment, grid);
    mask = std::move(read.mask);
    if (read.segment.algorithm_type == "AUTOMATIC" || read.segment.algorithm_type == "SEMIAUTOMATIC")
      details = {{"algorithm_type", read.segment.algorithm_type},
                 {"algorithm_name", identity.text(read.segment.algorithm_name)}};
  } else {
    mask = image::mask_on(io::read_image(file), candidate.mask->label_value, grid);
  }
  if (image::voxel_count(mask) == 0)
    throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
  details["volume_mm3"] = image::volume_mm3(mask);
  return {std::move(mask), std::move(details)};
}

std::string without_path(std::string text, const std::filesystem::path& file, const std::string& name) {
  for (const std::string& path : {file.string(), file.filename().string()}) {
    if (path.empty() || path == name) continue;
    for (auto at = text.find(path); at != std::string::npos; at = text.find(path, at + name.size()))
      text.replace(at, path.size(), name);
  }
  return text;
}

std::string in_source(const Candidate& candidate, const DeliveryIdentity& identity,
                      const std::function<std::string()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    std::string text = error.what();
    for (const auto& file : files_of(candidate))
      text = without_path(std::move(text), file, identity.file(file.filename().string()));
    throw Error(error.code(), text.starts_with(candidate.source) ? text : candidate.source + ": " + text);
  }
}

std::vector<std::filesystem::path> files_of(const Candidate& candidate) {
  if (!candidate.stack) return {candidate.file};
  std::vector<std::filesystem::path> files;
  for (auto& image : candidate.stack->images.unpack())
    if (files.empty() || files.back() != image.path) files.push_back(std::move(image.path));
  return files;
}

std::string content_key(const Candidate& candidate, KnownFiles& known) {
  std::vector<std::string> parts{candidate.patient, candidate.role, candidate.source, candidate.sequence,
                                 dump_json(candidate.details)};
  if (candidate.image != nullptr)
    parts.insert(parts.end(), {std::to_string(static_cast<int>(candidate.image->reading.gaps)),
                               std::to_string(static_cast<int>(candidate.image->reading.tilt))});
  for (const auto& file : files_of(candidate)) parts.push_back(known.sha256(file));
  return hash_of(parts);
}

}  // namespace larc::study
