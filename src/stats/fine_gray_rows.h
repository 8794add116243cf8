#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace larc::stats {

/// What is known of the follow-up of each row among several causes. The last two vectors may be empty: nobody enters
/// late, one stratum.
struct CompetingOutcome {
  std::vector<double> time;   // (n,) >= 0; with entry: the end of the interval
  std::vector<int> cause;     // (n,) 0 censored, 1, 2, ...
  std::vector<double> entry;  // (n,) < time: under observation after `entry`, up to and at `time`
  std::vector<int> stratum;   // (n,) any whole numbers
};

/// wanted: the cause of interest. errors shape_mismatch, domain (name the argument and the first bad row)
void check_competing(const CompetingOutcome& outcome, int wanted);

/// The rows of a Fine-Gray model by stratum and, within it, in ascending time, with the weight that somebody with
/// another event keeps: weight(t) / weight(own time), where weight(t) = G(t-) H(t-), G the product-limit curve of
/// censoring and H that of late entry, counted back from the last entry.
struct FineGrayRows {
  /// Rows of one stratum at one time.
  struct Moment {
    std::size_t begin = 0, end = 0;
    double time = 0.0;
    double events = 0.0;  // of the cause
    double censored = 0.0;
    double at_risk = 0.0;  // of being censored
    double weight = 1.0;   // up to a factor of the stratum
  };

  /// Without entry and strata everybody under observation is at risk of being censored at a tied time (R's
  /// cmprsk::crr); with either of them an event at that time comes first (R's survival::finegray).
  /// outcome checked by the caller; wanted: the cause of interest
  FineGrayRows(const CompetingOutcome& outcome, int wanted);

  bool late_entry() const { return !entry_order.empty(); }
  std::size_t strata() const { return stratum_label.size(); }

  std::vector<std::uint32_t> order;  // (n,) row of the input
  std::vector<int> kind;             // (n,) 0 censored, 1 the cause, 2 another
  std::vector<Moment> moments;
  std::vector<std::size_t> first;          // (n,) first moment at which the row is at risk
  std::vector<std::size_t> moment_begin;   // (strata + 1,) first moment of each stratum
  std::vector<int> stratum_label;          // (strata,) as given, ascending
  std::vector<double> entry;               // (n,) in this order; late entry only
  std::vector<std::uint32_t> entry_order;  // rows of each stratum from the latest entry to the earliest
  bool events_first = false;               // at a tied time, of the two rules above
  std::string reason;                      // why the weights are undefined

 private:
  void find_moments(const std::vector<double>& time, const CompetingOutcome& outcome, int wanted);
  void find_entries();
  void find_weights(std::size_t stratum);
};

}  // namespace larc::stats
