#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "image/volume.h"
#include "io/dicom/packed_series.h"
#include "study/delivery_identity.h"
#include "study/known_files.h"
#include "study/study.h"

namespace larc::study {

/// One image or mask to be made from files of a delivery.
struct Candidate {
  enum class Kind { image_file, series, label_map, structure_set, segmentation };
  Kind kind = Kind::image_file;
  std::string patient;
  std::string role;
  std::string source;                            // in messages and in the registry
  std::filesystem::path file;                    // of all but a series
  const ImageRole* image = nullptr;              // of an image
  const MaskRole* mask = nullptr;                // of a mask
  std::optional<io::dicom::PackedSeries> stack;  // of a series
  std::string sequence;                          // of a series: what study.yaml calls it
  Json details = Json::object();
  std::string key = {};  // content_key, once it is known
  std::string case_id() const { return patient + "/" + role; }
};

/// Scanner and series, as the registry keeps them of an image.
Json details_of(const io::dicom::DicomInstance& instance, const SeriesAttributes& attributes,
                const DeliveryIdentity& identity);

/// An image and what was done to its voxels beside storing them.
struct CandidateImage {
  image::Volume volume;
  Json details;
};
/// ADC maps of DICOM series come in 10^-3 mm2/s. errors those of the readers; domain: no unit fits an ADC map
CandidateImage read_candidate_image(const Candidate& candidate);

/// A region and what the registry keeps of it: volume_mm3, and algorithm_type and algorithm_name where a segmentation
/// says that it was not drawn by hand.
struct CandidateMask {
  image::Mask mask;
  Json details;
};
/// The region on the grid of its image, by position in the patient. errors those of the readers; domain: empty
CandidateMask read_candidate_mask(const Candidate& candidate, const image::Geometry& grid,
                                  const DeliveryIdentity& identity);

/// Runs the work; an error of a file names its source, not where the delivery lay.
std::string in_source(const Candidate& candidate, const DeliveryIdentity& identity,
                      const std::function<std::string()>& work);

/// The text with the path of the file replaced by a name.
std::string without_path(std::string text, const std::filesystem::path& file, const std::string& name);

/// The files that it is made of, frames of one file once.
std::vector<std::filesystem::path> files_of(const Candidate& candidate);

/// Everything that the result depends on: what was delivered, for whom, and how it is read. errors not_found
std::string content_key(const Candidate& candidate, KnownFiles& known);

}  // namespace larc::study
