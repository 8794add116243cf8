#include "stats/cox_predict.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox_sums.h"

namespace larc::stats {

std::vector<CoxPrediction> predict_cox(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit,
                                       const Eigen::MatrixXd& rows, const std::vector<double>& times,
                                       const std::vector<int>& stratum) {
  check_finite("times", times);
  if (rows.cols() != x.cols())
    throw Error(ErrorCode::shape_mismatch,
                "the new rows have " + std::to_string(rows.cols()) + " columns, the fit " + std::to_string(x.cols()));
  if (!outcome.stratum.empty())
    check_same_size("stratum of the new rows", stratum.size(), "the new rows", static_cast<std::size_t>(rows.rows()));
  const CoxSums sums(x, outcome, fit.coef, fit.ties);
  const CoxRows& train = sums.rows;
  const Eigen::Index k = x.cols();
  Eigen::VectorXd coef(k);
  Eigen::MatrixXd covariance(k, k);
  for (Eigen::Index a = 0; a < k; ++a) {
    coef[a] = std::isnan(fit.coef[a]) ? 0.0 : fit.coef[a] * train.scale[a];
    for (Eigen::Index b = 0; b < k; ++b)
      covariance(a, b) =
          std::isnan(fit.covariance(a, b)) ? 0.0 : fit.covariance(a, b) * train.scale[a] * train.scale[b];
  }
  std::vector<CoxPrediction> result;
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    std::size_t s = 0;
    if (!outcome.stratum.empty()) {
      const int label = stratum[static_cast<std::size_t>(i)];
      const auto found = std::lower_bound(train.stratum_label.begin(), train.stratum_label.end(), label);
      if (found == train.stratum_label.end() || *found != label)
        throw Error(ErrorCode::domain, "stratum has " + std::to_string(label) + " in new row " + std::to_string(i + 1) +
                                           "; the fit has no such stratum");
      s = static_cast<std::size_t>(found - train.stratum_label.begin());
    }
    Eigen::VectorXd z = Eigen::VectorXd::Zero(k);
    for (Eigen::Index a = 0; a < k; ++a)
      if (sums.kept[static_cast<std::size_t>(a)])
        z[a] = (rows(i, a) - train.mean(a, static_cast<Eigen::Index>(s))) / train.scale[a];
    const double risk = std::exp(coef.dot(z) - sums.kernel.shift());
    CoxPrediction& prediction = result.emplace_back();
    for (const double when : times) {
      double hazard = 0.0, variance = 0.0;
      Eigen::VectorXd mean = Eigen::VectorXd::Zero(k);
      for (std::size_t q = train.group_begin[s + 1]; q-- > train.group_begin[s];) {
        if (train.groups[q].time > when) break;
        hazard += sums.kernel.jump()[q];
        variance += sums.kernel.square()[q] / (sums.kernel.s0()[q] * sums.kernel.s0()[q]);
        mean += sums.hazard_mean.col(static_cast<Eigen::Index>(q));
      }
      const Eigen::VectorXd gap = hazard * z - mean;
      prediction.cumulative.push_back(risk * hazard);
      prediction.survival.push_back(std::exp(-risk * hazard));
      prediction.se.push_back(risk * std::sqrt(variance + gap.dot(covariance * gap)));
    }
  }
  return result;
}

}  // namespace larc::stats
