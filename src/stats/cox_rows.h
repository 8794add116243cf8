#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <vector>

#include "stats/large_buffer.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

/// The rows of a Cox model in the order in which its sums run: by stratum, within it from the latest time to the
/// earliest, events first where times are equal. Rows that no event finds at risk are left out. Covariates are centred
/// within the stratum, which the partial likelihood does not notice, and scaled to mean square 1.
struct CoxRows {
  static constexpr std::size_t kBlock = 128;

  /// Rows at one event time of one stratum; those at risk are all rows of the stratum before `end` less those that
  /// enter only at this time or later.
  struct Group {
    std::uint32_t begin = 0;       // first row with this time
    std::uint32_t events_end = 0;  // the events among them end here
    std::uint32_t end = 0;         // all of them end here
    std::uint32_t left = 0;        // how many of `entry_order` are out of the risk set
    std::uint32_t stratum = 0;
    double time = 0.0;
  };

  /// x (n, p) finite; outcome checked by the caller
  CoxRows(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome);

  /// The rows that a resample drew, each with its count as the weight. counts (n,) of the input's rows; without
  /// weights, late entry and strata
  CoxRows drawn(const std::vector<double>& counts) const;

  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t strata = 0;
  bool weights_are_counts = false;           // whole numbers of identical rows instead of case weights
  LargeBuffer x;                             // [block][column][kBlock], filled up with 0
  std::vector<double> weight;                // (rows,) or empty
  std::vector<double> event;                 // (rows,) 1 or 0
  std::vector<std::uint32_t> origin;         // (rows,) row of the input
  std::vector<Group> groups;                 // in the order of the rows
  std::vector<std::uint32_t> stratum_begin;  // (strata + 1,) first row of each; strata without events are empty
  std::vector<std::uint32_t> group_begin;    // (strata + 1,) first group of each
  std::vector<int> stratum_label;            // (strata,) as given
  Eigen::MatrixXd mean;                      // (columns, strata) taken off
  Eigen::VectorXd scale;                     // (columns,) divided by; 0 where a column is constant
  Eigen::VectorXd range;                     // (columns,) largest minus smallest, scaled
  // Delayed entry only.
  std::vector<std::uint32_t> entry_order;  // rows of each stratum from the latest entry to the earliest
  std::vector<std::uint32_t> first_group;  // (rows,) the row is at risk in groups first_group <= q < last_group
  std::vector<std::uint32_t> last_group;

  bool late_entry() const { return !last_group.empty(); }
  std::size_t blocks() const { return (rows + kBlock - 1) / kBlock; }
  const double* block(std::size_t b) const { return x.data() + b * columns * kBlock; }
  double value(std::size_t row, std::size_t column) const {
    return x[(row / kBlock * columns + column) * kBlock + row % kBlock];
  }
  double weight_of(std::size_t row) const { return weight.empty() ? 1.0 : weight[row]; }

 private:
  CoxRows() = default;
  void clear_constant_columns();
  void standardise(const Eigen::MatrixXd& input);
  void standardise_within_strata(const Eigen::MatrixXd& input);
};

}  // namespace larc::stats
