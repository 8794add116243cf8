#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"

namespace larc::stats {

/// One point of the ROC curve: "positive" when score >= threshold.
struct RocPoint {
  double threshold = 0.0;
  double false_positive_rate = 0.0;
  double true_positive_rate = 0.0;
};

struct RocResult {
  std::size_t positives = 0;
  std::size_t negatives = 0;
  double auc = kNaN;  // a tie counts one half
  double se = kNaN;
  double lower = kNaN;  // auc -+ z se, cut to [0, 1]
  double upper = kNaN;
  std::vector<RocPoint> curve;  // from (0, 0) at threshold +inf to (1, 1), one point per distinct score
  std::string reason;           // why a number is NaN; empty when none is
};

/// Area under the ROC curve with DeLong's standard error, O(n).
/// labels (n,)  1 with the outcome, 0 without
/// scores (n,)  higher = more likely to have the outcome
/// One class only gives NaN and a reason; one patient in a class gives an area without limits.
/// errors shape_mismatch, domain
/// source DeLong, DeLong, Clarke-Pearson 1988; Sun, Xu 2014 (midranks)
RocResult roc(const std::vector<double>& labels, const std::vector<double>& scores, double level = kLevel95);

/// Two numbers from the same patients compared.
struct PairedResult {
  double difference = kNaN;  // a - b
  double se = kNaN;
  double lower = kNaN;
  double upper = kNaN;
  double z = kNaN;
  double p = kNaN;
  std::string reason;
};

/// auc(a) - auc(b) with DeLong's covariance. Identical rankings: difference 0, se 0, p 1.
/// errors and source as roc
PairedResult paired_delong(const std::vector<double>& labels, const std::vector<double>& score_a,
                           const std::vector<double>& score_b, double level = kLevel95);

/// difference, limits, z and p from an estimate and its standard error; se 0 gives p 1 when the difference is 0 too.
PairedResult paired_result(double difference, double se, double level);

/// Areas of two groups of patients compared.
struct UnpairedResult {
  double difference = kNaN;  // a - b
  double se = kNaN;
  double lower = kNaN;
  double upper = kNaN;
  double t = kNaN;
  double df = kNaN;
  double p = kNaN;
  std::string reason;
};

/// auc(a) - auc(b) of different patients, against Student's t with Satterthwaite's degrees of freedom. errors domain
/// source DeLong et al. 1988; degrees of freedom as in pROC (Robin et al. 2011)
UnpairedResult unpaired_delong(const RocResult& a, const RocResult& b, double level = kLevel95);

/// The part of the area between two specificities or two sensitivities.
struct PartialArea {
  double area = kNaN;          // of at most to - from
  double standardised = kNaN;  // 0.5 for chance, 1 for a perfect score; NaN below chance
  std::string reason;
};
enum class PartialFocus { specificity, sensitivity };

/// curve: of `roc`, straight between its points. 0 <= from < to <= 1
/// errors domain
/// source McClish 1989
PartialArea partial_area(const std::vector<RocPoint>& curve, double from, double to,
                         PartialFocus focus = PartialFocus::specificity);

}  // namespace larc::stats
