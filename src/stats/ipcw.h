#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "stats/distributions.h"
#include "stats/roc.h"

namespace larc::stats {

/// Patients sorted once by time, with their censoring curve G: inverse-probability-of-censoring weights at any horizon,
/// and what estimating G does to an average of weighted terms. Everything is linear in the number of patients.
/// At a tied time events come before censorings.
class IpcwSample {
 public:
  /// time (n,) >= 0; cause (n,) 0 censored, 1 event (2, 3, ... competing events)
  /// errors shape_mismatch, domain
  IpcwSample(const std::vector<double>& time, const std::vector<int>& cause);

  std::size_t size() const { return time_.size(); }
  const std::vector<double>& time() const { return time_; }
  const std::vector<int>& cause() const { return cause_; }
  /// Whether somebody is followed to the horizon: beyond the last follow-up nothing can be estimated.
  bool followed(double horizon) const { return !time_.empty() && horizon <= last_time_; }

  /// G(horizon)
  double uncensored(double horizon) const;
  /// (n,) 1 / G(T-) with any event by the horizon, 1 / G(horizon) when followed beyond it, 0 when censored by then.
  std::vector<double> weights(double horizon) const;
  /// (n,) For the mean of `terms`, each a multiple of the patient's weight at the horizon: the part of every patient's
  /// influence on it that comes from estimating G.
  /// source Blanche, Dartigues, Jacqmin-Gadda 2013 (as riskRegression 2022.11 writes it: patients at risk of being
  /// censored at t include those with an event at t)
  std::vector<double> censoring_influence(const std::vector<double>& terms, double horizon) const;
  /// Aalen-Johansen incidence of one cause by the horizon; 1 - Kaplan-Meier when there is no other cause.
  double incidence(double horizon, int cause) const;
  /// Kaplan-Meier survival without any event at the horizon.
  double event_free(double horizon) const;

 private:
  std::array<double, 2> curves_at(double horizon, int cause) const;  // survival, incidence

  std::vector<double> time_;
  std::vector<int> cause_;
  double last_time_ = 0.0;
  std::vector<std::uint32_t> order_;  // rows in the order of time
  // Per distinct time, ascending.
  std::vector<double> distinct_;
  std::vector<std::uint32_t> begin_;  // first position, and n at the end
  std::vector<double> before_;        // G(t-)
  std::vector<double> at_;            // G(t)
  std::vector<double> hazard_sum_;    // sum over s <= t of n dC(s) / Y(s)^2
};

/// Standard deviation (n - 1) of the influences over the root of n.
double influence_se(const std::vector<double>& influence);
/// a - b of two measures of the same patients from their influences. errors shape_mismatch
PairedResult paired_influence(double a, const std::vector<double>& influence_a, double b,
                              const std::vector<double>& influence_b, double level = kLevel95);

/// errors domain: not finite or not > 0
void check_horizon(double horizon);

}  // namespace larc::stats
