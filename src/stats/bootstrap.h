#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"
#include "stats/interval.h"

namespace larc::stats {

using Rows = std::vector<std::size_t>;  // row numbers from 0; a row may stand there several times

struct ResampleSettings {
  std::size_t replicates = 1000;
  std::uint64_t seed = 1;
  int threads = 1;  // results do not depend on it
  double level = kLevel95;
};

/// n rows drawn with replacement; the replicate's own stream of the seed.
Rows bootstrap_rows(std::size_t n, std::uint64_t seed, std::size_t replicate);
/// How often each of n rows stands in `rows`.
std::vector<double> row_counts(const Rows& rows, std::size_t n);
/// The rows of 0 .. n - 1 that do not stand in `rows`.
Rows rows_left_out(const Rows& rows, std::size_t n);

/// Value below which a share p of the values lies, interpolated between order statistics (R's quantile type 7).
/// values not empty, without NaN
double quantile(std::vector<double> values, double p);

struct BootstrapLimits {
  double estimate = kNaN;
  double se = kNaN;    // standard deviation of the replicates
  double bias = kNaN;  // their mean - estimate
  Interval percentile;
  Interval basic;  // 2 estimate - the other quantile
  Interval bca;    // bias-corrected and accelerated; NaN without jackknife values
  double bias_correction = kNaN;
  double acceleration = kNaN;
  std::size_t undefined = 0;  // replicates that are NaN, left out
  std::string reason;         // why something is NaN
};

/// Limits from values already computed.
/// replicates (b,) the statistic of each bootstrap sample; jackknife (n,) without each row, or empty
/// NaN with a reason: fewer than two defined replicates; BCa alone: all replicates on one side, no jackknife values.
/// errors domain (level)
/// source Efron 1987; Efron, Tibshirani 1993
BootstrapLimits bootstrap_limits(double estimate, const std::vector<double>& replicates,
                                 const std::vector<double>& jackknife, double level = kLevel95);

/// Draws, evaluates and jackknifes a statistic of rows. It must be safe to call from several threads.
/// errors domain (no rows, no replicates)
BootstrapLimits bootstrap(std::size_t n, const std::function<double(const Rows&)>& statistic,
                          const ResampleSettings& settings = {});

}  // namespace larc::stats
