#pragma once
#include <vector>

namespace larc::stats {

/// Net benefit of treating patients whose predicted probability reaches a threshold: true positives minus false
/// positives times threshold / (1 - threshold), per patient.
/// labels (n,) 0 or 1; probability (n,) in [0, 1]; thresholds (t,) in [0, 1); weights (n,) >= 0 or empty
/// Returns (t,); NaN for all when there is no patient (or no weight).
/// errors shape_mismatch, domain
/// source Vickers, Elkin 2006
std::vector<double> net_benefit(const std::vector<double>& labels, const std::vector<double>& probability,
                                const std::vector<double>& thresholds, const std::vector<double>& weights = {});

/// The same when everybody is treated; nobody treated is 0.
std::vector<double> net_benefit_of_all(const std::vector<double>& labels, const std::vector<double>& thresholds,
                                       const std::vector<double>& weights = {});

}  // namespace larc::stats
