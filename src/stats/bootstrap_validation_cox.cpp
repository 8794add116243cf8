#include "stats/bootstrap_validation_cox.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/parallel.h"
#include "stats/check.h"
#include "stats/concordance.h"

namespace larc::stats {

namespace {

constexpr std::size_t kChunk = 25;  // resamples that share the order of the patients

// One resample. counts (n,) how often each row was drawn; coef (p,) takes the model's coefficients. Whether it
// converged.
bool refit(const Eigen::MatrixXd& x, const CoxRows& all, const std::vector<double>& counts,
           const Eigen::VectorXd& start, Ties ties, ConcordanceSample& sample, Eigen::Ref<Eigen::VectorXd> coef,
           BootstrapReplicate& replicate) {
  const CoxRows rows = all.drawn(counts);
  if (rows.groups.empty()) return false;
  CoxKernel kernel(rows, ties);
  const CoxOptimum best = maximise_cox(kernel, rows, false, start);
  for (Eigen::Index j = 0; j < coef.size(); ++j)
    if (best.kept[static_cast<std::size_t>(j)]) coef[j] = best.coef[j] / rows.scale[j];
  sample.rescore(linear_predictor(x, coef));
  std::vector<std::array<double, 4>> weights(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) weights[i] = {counts[i], 1.0, counts[i] == 0.0 ? 1.0 : 0.0, 0.0};
  const std::array<double, 4> c = sample.c_of_four(weights);
  replicate = {c[0], c[1], c[2]};
  return best.converged;
}

}  // namespace

CoxBootstrap cox_bootstrap_validation(const Eigen::MatrixXd& x, const std::vector<double>& time,
                                      const std::vector<int>& event, Ties ties, const ResampleSettings& settings) {
  const std::size_t n = time.size();
  if (n == 0 || settings.replicates == 0)
    throw Error(ErrorCode::domain, n == 0 ? "there are no rows to resample" : "0 replicates; give at least one");
  const CoxFit all = fit_cox(x, time, event, ties);
  CoxBootstrap result;
  result.coef = Eigen::MatrixXd::Constant(x.cols(), static_cast<Eigen::Index>(settings.replicates), kNaN);
  result.c.replicates.resize(settings.replicates);
  if (all.events > 0) {
    const CoxRows rows(x, SurvivalOutcome{time, event, {}, {}, {}, {}});
    Eigen::VectorXd start = Eigen::VectorXd::Zero(x.cols());
    for (Eigen::Index j = 0; j < x.cols(); ++j)
      if (all.converged && !std::isnan(all.coef[j])) start[j] = all.coef[j] * rows.scale[j];
    const ConcordanceSample sample(time, event, linear_predictor(x, all.coef));
    result.c.apparent = sample.c(std::vector<double>(n, 1.0));
    std::vector<char> converged(settings.replicates, 0);
    parallel_for((settings.replicates + kChunk - 1) / kChunk, settings.threads, [&](std::size_t chunk) {
      ConcordanceSample mine = sample;
      for (std::size_t b = chunk * kChunk; b < std::min((chunk + 1) * kChunk, settings.replicates); ++b)
        converged[b] = refit(x, rows, row_counts(bootstrap_rows(n, settings.seed, b), n), start, ties, mine,
                             result.coef.col(static_cast<Eigen::Index>(b)), result.c.replicates[b])
                           ? 1
                           : 0;
    });
    result.not_converged = static_cast<std::size_t>(std::count(converged.begin(), converged.end(), 0));
  }
  summarise_replicates(result.c, 0.5);
  return result;
}

}  // namespace larc::stats
