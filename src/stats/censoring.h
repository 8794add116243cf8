#pragma once
#include <vector>

namespace larc::stats {

/// G(t), the probability to be still uncensored at t, for inverse-probability-of-censoring weights. At a tied time
/// events come before censorings, so a patient with an event at t is not at risk of being censored at t.
class CensoringSurvival {
 public:
  /// errors shape_mismatch, domain
  CensoringSurvival(const std::vector<double>& time, const std::vector<int>& event);
  /// G(t), the weight of a patient who is still event free at t.
  double at(double time) const;
  /// G(t-), the weight of a patient with an event at t.
  double before(double time) const;

 private:
  std::vector<double> time_;
  std::vector<double> value_;
};

}  // namespace larc::stats
