#include "stats/bootstrap_validation.h"

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"

namespace larc::stats {

namespace {

constexpr double kShareDrawn = 0.632;  // of the rows in a bootstrap sample, 1 - 1/e

void estimate_632_plus(BootstrapValidation& result, double no_information) {
  double out_of_bag = result.out_of_bag;
  const double overfit = out_of_bag - result.apparent, most = no_information - result.apparent;
  if (overfit * most <= 0.0) {
    result.relative_overfitting = 0.0;
  } else if (std::abs(overfit) >= std::abs(most)) {
    result.relative_overfitting = 1.0;
    out_of_bag = no_information;
  } else {
    result.relative_overfitting = overfit / most;
  }
  result.weight = kShareDrawn / (1.0 - (1.0 - kShareDrawn) * result.relative_overfitting);
  result.estimate_632_plus = (1.0 - result.weight) * result.apparent + result.weight * out_of_bag;
}

BootstrapValidation validate(std::size_t n, const FitRows& fit, std::size_t replicates,
                             const std::function<Rows(std::size_t)>& resample, double no_information, int threads) {
  if (n == 0 || replicates == 0)
    throw Error(ErrorCode::domain, n == 0 ? "there are no rows to resample" : "0 replicates; give at least one");
  Rows all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  BootstrapValidation result;
  result.apparent = fit(all)(all);
  result.replicates.resize(replicates);
  parallel_for(replicates, threads, [&](std::size_t b) {
    const Rows rows = resample(b);
    const EvaluateRows evaluate = fit(rows);
    result.replicates[b] = {evaluate(rows), evaluate(all), evaluate(rows_left_out(rows, n))};
  });
  summarise_replicates(result, no_information);
  return result;
}

}  // namespace

void summarise_replicates(BootstrapValidation& result, double no_information) {
  double used = 0.0, optimism = 0.0, out_of_bag = 0.0;
  for (const BootstrapReplicate& one : result.replicates) {
    if (!std::isfinite(one.training) || !std::isfinite(one.original) || !std::isfinite(one.out_of_bag)) {
      ++result.undefined;
      continue;
    }
    used += 1.0;
    optimism += one.training - one.original;
    out_of_bag += one.out_of_bag;
  }
  if (used == 0.0 || !std::isfinite(result.apparent)) {
    result.reason = used == 0.0 ? "no resample has a value" : "the model of all rows has no value";
    return;
  }
  result.optimism = optimism / used;
  result.corrected = result.apparent - result.optimism;
  result.out_of_bag = out_of_bag / used;
  result.estimate_632 = (1.0 - kShareDrawn) * result.apparent + kShareDrawn * result.out_of_bag;
  if (std::isfinite(no_information))
    estimate_632_plus(result, no_information);
  else
    result.reason = "the no-information value was not given: no .632+";
}

BootstrapValidation bootstrap_validation(std::size_t n, const FitRows& fit, double no_information,
                                         const ResampleSettings& settings) {
  return validate(
      n, fit, settings.replicates, [&](std::size_t b) { return bootstrap_rows(n, settings.seed, b); }, no_information,
      settings.threads);
}

BootstrapValidation bootstrap_validation(std::size_t n, const FitRows& fit, const std::vector<Rows>& resamples,
                                         double no_information, int threads) {
  for (std::size_t b = 0; b < resamples.size(); ++b)
    for (const std::size_t row : resamples[b])
      if (row >= n)
        throw Error(ErrorCode::domain, "resample " + std::to_string(b + 1) + " has row " + std::to_string(row) +
                                           "; the rows are 0 to " + std::to_string(n - 1));
  return validate(
      n, fit, resamples.size(), [&](std::size_t b) { return resamples[b]; }, no_information, threads);
}

}  // namespace larc::stats
