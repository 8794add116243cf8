#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "preprocess/perturb.h"
#include "stats/delta.h"

namespace larc::study {

/// How intensities become comparable before features. Each form looks at one image alone, so that nothing is learnt
/// from other patients.
enum class Normalise {
  none,
  zscore,        // in the body, times 100, so that bins of width 25 divide it well
  robust,        // median and interquartile range in the body, times 100
  tissue,        // divided by the median of an outlined tissue
  two_tissues,   // the line through the medians of two
  bright_fat,    // divided by the intensity of fat, found by itself
  body_percent,  // divided by a percentile of the body
};

struct NormaliseRule {
  Normalise method = Normalise::none;
  std::string mask;         // role of the reference tissue; of two the darker
  std::string upper_mask;   // role of the brighter tissue
  double percentile = 0;    // of the body
  double target = 1000;     // where the reference goes; of two tissues the brighter
  double lower_target = 0;  // where the darker of two goes
};

/// Regions around and under the border of the mask, one after the other: outside_mm [3, 6] means 0 to 3 and 3 to 6 mm.
struct RingRule {
  std::vector<double> outside_mm;  // rising
  std::vector<double> inside_mm;   // rising depth
  bool within_body = true;         // rings outside end at the skin
};

/// Parts of the mask that look alike in several images, found within each patient.
struct HabitatRule {
  std::vector<std::string> images;  // roles on the grid of the rule's image, or brought there; empty: the rule's own
  int count = 3;
  int starts = 10;
};

/// Features are computed again on perturbed images; the ones that do not bear it are dropped in training folds.
struct RobustnessRule {
  preprocess::PerturbationSpec spec;
  int perturbations = 10;
  double minimum_icc = 0.75;
};

/// One image and one region that features are computed of.
struct ExtractionRule {
  std::string id;      // names the feature table; "<image>_<mask>" where the file gives none
  std::string prefix;  // of feature names: the id the file gives, or the image
  std::string image;
  std::string mask;
  bool bias_field = false;  // N4
  NormaliseRule normalise;
  RingRule rings;
  std::optional<HabitatRule> habitats;
  std::optional<RobustnessRule> robustness;
  Json features = Json::object();  // settings of the radiomics extractor

  /// Image and mask roles without which the rule cannot be computed, image first.
  std::vector<std::string> roles() const;
};

/// Change of all features that two rules share.
struct DeltaRule {
  std::string id;
  std::string prefix;
  std::string of;    // rule at the later time
  std::string from;  // rule at the earlier time
  stats::DeltaKind kind = stats::DeltaKind::difference;
  std::string of_date;  // variables; per_week only
  std::string from_date;
};

struct ExtractionRules {
  std::vector<ExtractionRule> rules;
  std::vector<DeltaRule> deltas;
};

/// The list under `extraction`. errors format (names the rule and the key), refused (what would have to be learnt from
/// several patients: landmarks, habitats of a population), those of extraction::make_feature_plan
ExtractionRules parse_extraction(const Json& list);

/// Names of the regions that outside and inside rings give, nearest to the border first: "ring3", "ring2-5", "rim3".
std::string ring_name(double outer_mm);
std::string rim_name(double inner_mm);
std::string habitat_name(int number);  // from 1

}  // namespace larc::study
