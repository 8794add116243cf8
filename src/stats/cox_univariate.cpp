#include "stats/cox_univariate.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/simd.h"
#include "stats/check.h"
#include "stats/distributions.h"
#include "stats/vector_math.h"

namespace larc::stats {

namespace {

constexpr std::size_t kLanes = 4;
constexpr int kMaxIterations = 60;

struct Sums {
  double loglik[kLanes], gradient[kLanes], information[kLanes];
};

// Sums of one Newton evaluation in every lane. x, eta, risk (rows, kLanes).
LARC_SIMD void evaluate(const CoxRows::Group* groups, std::size_t count, bool efron, const double* x, const double* eta,
                        const double* risk, double* s0_of_step, Sums& out) {
  double s0[kLanes] = {}, s1[kLanes] = {}, s2[kLanes] = {};
  double loglik[kLanes] = {}, gradient[kLanes] = {}, information[kLanes] = {};
  std::size_t row = 0, step = 0;
  for (std::size_t q = 0; q < count; ++q) {
    for (; row < groups[q].end; ++row)
      for (std::size_t l = 0; l < kLanes; ++l) {
        const double r = risk[row * kLanes + l], v = x[row * kLanes + l];
        s0[l] += r;
        s1[l] += r * v;
        s2[l] += r * v * v;
      }
    const std::size_t first = groups[q].begin, last = groups[q].events_end;
    double e0[kLanes] = {}, e1[kLanes] = {}, e2[kLanes] = {};
    for (std::size_t i = first; i < last; ++i)
      for (std::size_t l = 0; l < kLanes; ++l) {
        const double r = risk[i * kLanes + l], v = x[i * kLanes + l];
        loglik[l] += eta[i * kLanes + l];
        gradient[l] += v;
        e0[l] += r;
        e1[l] += r * v;
        e2[l] += r * v * v;
      }
    const double deaths = static_cast<double>(last - first);
    for (std::size_t k = 0; k < last - first; ++k, ++step) {
      const double f = efron ? static_cast<double>(k) / deaths : 0.0;
      for (std::size_t l = 0; l < kLanes; ++l) {
        const double d0 = s0[l] - f * e0[l];
        const double mean = (s1[l] - f * e1[l]) / d0;
        s0_of_step[step * kLanes + l] = d0;
        gradient[l] -= mean;
        information[l] += (s2[l] - f * e2[l]) / d0 - mean * mean;
      }
    }
  }
  for (std::size_t l = 0; l < kLanes; ++l) {
    out.loglik[l] = loglik[l];
    out.gradient[l] = gradient[l];
    out.information[l] = information[l];
  }
}

LARC_SIMD void predict(const double* x, const double* coef, std::size_t rows, double* eta) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t l = 0; l < kLanes; ++l) eta[i * kLanes + l] = coef[l] * x[i * kLanes + l];
}

// Minus the sum of logarithms, by products of many.
void subtract_logs(const std::vector<double>& values, std::size_t steps, double* loglik) {
  for (std::size_t l = 0; l < kLanes; ++l) {
    double product = 1.0;
    for (std::size_t k = 0; k < steps; ++k) {
      product *= values[k * kLanes + l];
      if (product > 1e-100 && product < 1e100) continue;
      loglik[l] -= std::log(product);
      product = 1.0;
    }
    loglik[l] -= std::log(product);
  }
}

class FourFits {
 public:
  FourFits(const CoxRows& rows, Ties ties, std::size_t events)
      : rows_(rows), efron_(ties == Ties::efron), events_(events) {
    for (auto* buffer : {&x_, &eta_, &risk_}) buffer->resize(rows.rows * kLanes);
    steps_.resize(events * kLanes);
  }

  void run(const Eigen::MatrixXd& input, Eigen::Index first, UnivariateCox& result) {
    const auto lanes = std::min<std::size_t>(kLanes, static_cast<std::size_t>(input.cols() - first));
    double scale[kLanes] = {}, range[kLanes] = {};
    std::fill(x_.begin(), x_.end(), 0.0);
    for (std::size_t l = 0; l < lanes; ++l) {
      const double* source = input.data() + (first + static_cast<Eigen::Index>(l)) * input.rows();
      double mean = 0.0, squares = 0.0, lowest = 0.0, highest = 0.0;
      for (std::size_t i = 0; i < rows_.rows; ++i) mean += source[rows_.origin[i]];
      mean /= static_cast<double>(rows_.rows);
      for (std::size_t i = 0; i < rows_.rows; ++i) {
        const double value = source[rows_.origin[i]] - mean;
        x_[i * kLanes + l] = value;
        squares += value * value;
        lowest = std::min(lowest, value);
        highest = std::max(highest, value);
      }
      const double size = std::sqrt(squares / static_cast<double>(rows_.rows));
      if (!(size > 1e-12 * std::abs(mean))) continue;
      scale[l] = size;
      range[l] = (highest - lowest) / size;
    }
    for (std::size_t i = 0; i < rows_.rows; ++i)
      for (std::size_t l = 0; l < kLanes; ++l)
        x_[i * kLanes + l] = scale[l] > 0.0 ? x_[i * kLanes + l] / scale[l] : 0.0;

    double coef[kLanes] = {}, step[kLanes] = {}, loglik[kLanes] = {}, decrement[kLanes] = {};
    bool running[kLanes], converged[kLanes] = {};
    double information[kLanes] = {};
    Sums sums;
    for (std::size_t l = 0; l < kLanes; ++l) running[l] = scale[l] > 0.0;
    for (int iteration = 0; iteration <= kMaxIterations; ++iteration) {
      evaluate_at(coef, sums);
      if (iteration == 0) result.loglik_null = sums.loglik[0];
      bool any = false;
      for (std::size_t l = 0; l < lanes; ++l) {
        if (!running[l]) continue;
        if (iteration > 0 && !(sums.loglik[l] >= loglik[l] - 1e-12 * (1.0 + std::abs(loglik[l])))) {
          step[l] *= 0.5;
          coef[l] -= step[l];
          any = true;
          continue;
        }
        if (!(sums.information[l] > 1e-12 * static_cast<double>(events_))) {
          running[l] = false;  // no event distinguishes its values, or it runs away
          continue;
        }
        const double previous = decrement[l];
        loglik[l] = sums.loglik[l];
        information[l] = sums.information[l];
        step[l] = sums.gradient[l] / information[l];
        decrement[l] = sums.gradient[l] * step[l];
        const auto column = static_cast<std::size_t>(first) + l;
        if (iteration == 0) result.score[column] = decrement[l];
        const bool stalled = iteration > 1 && decrement[l] < 1e-13 && decrement[l] > 0.1 * previous;
        if (decrement[l] < 1e-20 || stalled) {
          coef[l] += step[l];
          running[l] = false;
          converged[l] = true;
          continue;
        }
        if (decrement[l] < 1e-9 && std::abs(step[l]) > 1e-3 * std::abs(coef[l]) && std::abs(coef[l]) * range[l] > 5.0) {
          running[l] = false;
          continue;
        }
        coef[l] += step[l];
        any = true;
      }
      if (!any) break;
    }
    for (std::size_t l = 0; l < lanes; ++l) {
      const auto column = static_cast<std::size_t>(first) + l;
      result.converged[column] = converged[l];
      if (!converged[l]) continue;
      result.coef[column] = coef[l] / scale[l];
      result.se[column] = 1.0 / std::sqrt(information[l]) / scale[l];
      result.loglik[column] = loglik[l];
      result.z[column] = coef[l] * std::sqrt(information[l]);
      result.p[column] = normal_two_sided_p(result.z[column]);
    }
  }

 private:
  void evaluate_at(const double* coef, Sums& sums) {
    predict(x_.data(), coef, rows_.rows, eta_.data());
    exp_all(eta_.data(), risk_.data(), eta_.size());
    evaluate(rows_.groups.data(), rows_.groups.size(), efron_, x_.data(), eta_.data(), risk_.data(), steps_.data(),
             sums);
    subtract_logs(steps_, events_, sums.loglik);
  }

  const CoxRows& rows_;
  bool efron_;
  std::size_t events_;
  std::vector<double> x_, eta_, risk_, steps_;
};

}  // namespace

UnivariateCox univariate_cox(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event,
                             Ties ties) {
  const SurvivalOutcome outcome{time, event, {}, {}, {}, {}};
  check_outcome(outcome);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", time.size());
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  const auto p = static_cast<std::size_t>(x.cols());
  UnivariateCox result;
  for (auto* values : {&result.coef, &result.se, &result.z, &result.p, &result.score, &result.loglik})
    values->assign(p, kNaN);
  result.converged.assign(p, 0);
  const auto events = static_cast<std::size_t>(std::count(event.begin(), event.end(), 1));
  if (events == 0) {
    result.reason = time.empty() ? "no patients" : "no events";
    return result;
  }
  const CoxRows rows(Eigen::MatrixXd(x.rows(), 0), outcome);
  FourFits fits(rows, ties, events);
  for (Eigen::Index j = 0; j < x.cols(); j += static_cast<Eigen::Index>(kLanes)) fits.run(x, j, result);
  return result;
}

}  // namespace larc::stats
