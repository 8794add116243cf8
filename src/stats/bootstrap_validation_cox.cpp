#include "stats/bootstrap_validation_cox.h"

#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "stats/check.h"
#include "stats/concordance.h"

namespace larc::stats {

namespace {

constexpr std::size_t kChunk = 25;  // resamples that share their buffers

// Refits of one model to resamples of its rows.
class CoxRefits {
 public:
  CoxRefits(const Eigen::MatrixXd& x, const CoxRows& rows, const ConcordanceSample& sample,
            const Eigen::VectorXd& start, Ties ties)
      : x_(x), rows_(rows), sample_(sample), start_(start), kernel_(rows, ties), weight_(rows.rows) {}

  /// counts (n,) how often each row was drawn; coef (p,) takes the model's coefficients. Whether it converged.
  bool run(const std::vector<double>& counts, Eigen::Ref<Eigen::VectorXd> coef, BootstrapReplicate& replicate) {
    double events = 0.0;
    for (std::size_t i = 0; i < rows_.rows; ++i) {
      weight_[i] = counts[rows_.origin[i]];
      events += weight_[i] * rows_.event[i];
    }
    coef.setConstant(kNaN);
    if (events == 0.0) return false;
    kernel_.set_weights(weight_);
    const CoxOptimum best = maximise_cox(kernel_, rows_, false, start_);
    for (Eigen::Index j = 0; j < coef.size(); ++j)
      if (best.kept[static_cast<std::size_t>(j)]) coef[j] = best.coef[j] / rows_.scale[j];
    sample_.rescore(linear_predictor(x_, coef));
    std::vector<double> left_out(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) left_out[i] = counts[i] == 0.0 ? 1.0 : 0.0;
    replicate = {sample_.c(counts), sample_.c(std::vector<double>(counts.size(), 1.0)), sample_.c(left_out)};
    return best.converged;
  }

 private:
  const Eigen::MatrixXd& x_;
  const CoxRows& rows_;
  ConcordanceSample sample_;
  const Eigen::VectorXd& start_;
  CoxKernel kernel_;
  std::vector<double> weight_;
};

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
    const CoxRows rows(x, SurvivalOutcome{time, event, {}, {}, {}, {}}, true);
    Eigen::VectorXd start = Eigen::VectorXd::Zero(x.cols());
    for (Eigen::Index j = 0; j < x.cols(); ++j)
      if (all.converged && !std::isnan(all.coef[j])) start[j] = all.coef[j] * rows.scale[j];
    const ConcordanceSample sample(time, event, linear_predictor(x, all.coef));
    result.c.apparent = sample.c(std::vector<double>(n, 1.0));
    std::vector<char> converged(settings.replicates, 0);
    parallel_for((settings.replicates + kChunk - 1) / kChunk, settings.threads, [&](std::size_t chunk) {
      CoxRefits refits(x, rows, sample, start, ties);
      for (std::size_t b = chunk * kChunk; b < std::min((chunk + 1) * kChunk, settings.replicates); ++b)
        converged[b] = refits.run(row_counts(bootstrap_rows(n, settings.seed, b), n),
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
