#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clinical/rules.h"
#include "core/json.h"
#include "io/dicom/series.h"
#include "quality/limits.h"
#include "study/extraction_rule.h"
#include "study/series_rule.h"
#include "study/time_point.h"

namespace larc::study {

// The clinical half of a study, under the names it has everywhere.
using namespace clinical;  // NOLINT(google-build-using-namespace)

/// Of several series the one with the most, or the least, of an attribute.
struct Preference {
  std::string attribute;
  bool most = true;
};

/// How an image or a mask is recognised among the files of a delivery.
struct ImageRole {
  std::string id;
  PredictionPoint available_from = PredictionPoint::P0;
  Label label;
  std::vector<std::string> files;  // path endings such as "{patient}/MR_T1_image.nii.gz"
  SeriesRule dicom;                // empty: no DICOM series takes this role
  TimeRule time;
  std::vector<Preference> prefer;  // one after the other, where several series fit
  io::dicom::ReadOptions reading;  // of slices that do not stack to a grid
};

struct MaskRole {
  std::string id;
  std::string image;  // the image role on whose grid it lies
  Label label;
  std::vector<std::string> files;
  int label_value = 1;
  std::string rtstruct_roi;  // glob on the ROI name; empty: no RTSTRUCT takes this role
  std::string segment;       // the same on the label of a DICOM segment
  bool optional = false;     // a structure set without such a region is no failure
};

/// How image quality is judged.
struct QualityRule {
  std::vector<std::string> development_centres;  // whose images teach the limits; empty: all
  quality::LimitSettings limits;
};

/// One image that the networks see. The mask may have been drawn on another image: it is applied by position.
struct CropView {
  std::string image;
  std::string mask;
  std::string sequence;  // views of one sequence share weights
  int time_point = 1;    // 1 before therapy, 2 after it
  bool bias_field = false;
  bool absolute = false;  // values as they are (ADC); otherwise in standard deviations of the body
};

/// One grid for all views, centred on the view's mask.
struct CropRule {
  std::vector<CropView> views;
  std::array<double, 3> spacing_mm{1, 1, 3};
  std::array<int, 3> size{40, 40, 16};
};

struct ValidationPlan {
  int repeats = 3;
  int folds = 5;
  int inner_folds = 5;
  int deep_repeats = 1;
  int permutations = 99;
  int minimum_per_class = 10;
};

/// study.yaml: the protocol of one study as data.
struct StudyFile : Rules {
  std::string id;
  Label title;
  Label description;
  std::string database;  // address of a PostgreSQL server; empty: registry.db in the folder of the study
  std::uint64_t seed = 1;
  bool synthetic = false;
  std::vector<SequenceRule> sequences;  // what a DICOM series is called: the attribute `sequence`
  TherapyDates therapy;
  std::vector<ImageRole> images;
  std::vector<MaskRole> masks;
  QualityRule quality;
  std::vector<ExtractionRule> extraction;
  std::vector<DeltaRule> deltas;  // of extraction rules
  std::optional<CropRule> crop;
  std::vector<std::string> modelled;             // endpoints that get models
  std::vector<std::string> kinds;                // of models, in the order of the report
  std::vector<std::string> clinical_predictors;  // variables
  /// Predictor -> later variables or endpoints that may repeat it, because they follow from it (leak_guard.h).
  std::map<std::string, std::vector<std::string>> accepted_likeness;
  bool harmonise = false;  // ComBat by centre, judged beside the plain models
  ValidationPlan validation;
  Json deep;      // settings of the network
  Json document;  // the whole file, for provenance; without `database`, which may hold a password

  std::vector<const Endpoint*> modelled_endpoints() const;
  /// Views of the crop rule whose image is there at this point; empty without a crop rule.
  std::vector<const CropView*> crop_views(PredictionPoint at) const;
  /// Views that the networks of any modelled endpoint see.
  std::vector<const CropView*> used_views() const;
};

/// errors format (unknown key, wrong type: names the key and the file), not_found
StudyFile read_study_file(const std::filesystem::path& path);
StudyFile study_file_of(const Json& document, const std::string& name);
StudyFile parse_study_file(const std::string& yaml, const std::string& name);

/// errors refused: a clinical predictor, an image, or a change between images is not available at the endpoint's
/// prediction point (names it)
void check_predictors(const StudyFile& study, const Endpoint& endpoint);

}  // namespace larc::study
