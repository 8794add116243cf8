#include "stats/fine_gray.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox_kernel.h"
#include "stats/cumulative_incidence.h"
#include "stats/running_sum.h"
#include "stats/vector_math.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 60;
constexpr double kPrecise = 1e-20;
constexpr std::size_t kBlock = CoxRows::kBlock;

class FineGray {
 public:
  FineGray(const Eigen::MatrixXd& input, const FineGrayRows& rows)
      : data_(rows), columns_(static_cast<std::size_t>(input.cols())), rows_(rows.order.size()) {
    lay_out(input);
    for (auto* buffer : {&eta_, &risk_, &expected_, &residual_}) buffer->assign(blocks() * kBlock, 0.0);
    mean_.assign(columns_ * data_.moments.size(), 0.0);
    s0_.assign(data_.moments.size(), 0.0);
    hazard_.assign(data_.moments.size(), 0.0);
  }

  const Eigen::VectorXd& scale() const { return scale_; }
  const Eigen::VectorXd& centre() const { return centre_; }
  const Eigen::VectorXd& range() const { return range_; }
  double loglik() const { return loglik_; }
  const Eigen::VectorXd& gradient() const { return gradient_; }
  const Eigen::MatrixXd& information() const { return information_; }
  // Per moment: events of the cause / sum of weighted risks.
  const std::vector<double>& hazard() const { return hazard_; }

  void evaluate(const Eigen::VectorXd& coef) {
    std::fill(eta_.begin(), eta_.end(), 0.0);
    for (std::size_t b = 0; b < blocks(); ++b)
      for (std::size_t a = 0; a < columns_; ++a) {
        const double slope = coef[static_cast<Eigen::Index>(a)];
        const double* column = x_.data() + (b * columns_ + a) * kBlock;
        for (std::size_t i = 0; i < kBlock; ++i) eta_[b * kBlock + i] += slope * column[i];
      }
    exp_all(eta_.data(), risk_.data(), eta_.size());
    loglik_ = 0.0;
    for (std::size_t s = 0; s < data_.strata(); ++s) {
      if (data_.late_entry())
        sum_observed_late_entry(s);
      else
        sum_observed(s);
      sum_others(s);
      sum_expected(s);
    }
    for (std::size_t i = 0; i < rows_; ++i) residual_[i] = (data_.kind[i] == 1 ? 1.0 : 0.0) - expected_[i];
    const auto k = static_cast<Eigen::Index>(columns_);
    gradient_ = Eigen::VectorXd::Zero(k);
    std::vector<double> packed(columns_ * columns_, 0.0), scratch(columns_ * kBlock);
    for (std::size_t b = 0; b < blocks(); ++b) {
      const double* x = x_.data() + b * columns_ * kBlock;
      add_weighted_sums(x, kBlock, residual_.data() + b * kBlock, kBlock, columns_, gradient_.data());
      add_weighted_gram(x, kBlock, expected_.data() + b * kBlock, kBlock, columns_, 1.0, scratch.data(), packed.data());
    }
    subtract_means(packed, scratch);
    information_ = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index a = 0; a < k; ++a)
      for (Eigen::Index b = 0; b <= a; ++b) information_(a, b) = packed[static_cast<std::size_t>(a * k + b)];
  }

  // Sum over rows of (eta + psi)(eta + psi)', in Fine and Gray's notation: eta the score of a row with its weights
  // taken as known, psi what the row adds through the estimated curve of censoring; without psi when the weights are
  // known. After evaluate.
  Eigen::MatrixXd squared_influence(bool weights_known) const {
    const auto k = static_cast<Eigen::Index>(columns_);
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, k);
    for (std::size_t s = 0; s < data_.strata(); ++s) add_squared_influence(s, weights_known, result);
    return result;
  }

 private:
  using Moment = FineGrayRows::Moment;
  std::size_t blocks() const { return (rows_ + kBlock - 1) / kBlock; }
  double value(std::size_t row, std::size_t column) const {
    return x_[(row / kBlock * columns_ + column) * kBlock + row % kBlock];
  }
  Eigen::Map<const Eigen::VectorXd> mean_at(std::size_t moment) const {
    return {mean_.data() + moment * columns_, static_cast<Eigen::Index>(columns_)};
  }

  void lay_out(const Eigen::MatrixXd& input) {
    x_.assign(blocks() * columns_ * kBlock, 0.0);
    scale_ = centre_ = range_ = Eigen::VectorXd::Zero(input.cols());
    for (std::size_t a = 0; a < columns_; ++a) {
      const auto j = static_cast<Eigen::Index>(a);
      const auto column = input.col(j).array();
      centre_[j] = column.mean();
      const double size = std::sqrt((column - centre_[j]).square().mean());
      if (!(size > 1e-12 * std::abs(centre_[j]))) continue;
      scale_[j] = size;
      range_[j] = (column.maxCoeff() - column.minCoeff()) / size;
      for (std::size_t i = 0; i < rows_; ++i)
        x_[(i / kBlock * columns_ + a) * kBlock + i % kBlock] =
            (column[static_cast<Eigen::Index>(data_.order[i])] - centre_[j]) / size;
    }
  }

  // Sums over those under observation at each moment with events.
  void sum_observed(std::size_t stratum) {
    const std::size_t k = columns_;
    std::vector<double> s1(k, 0.0);
    double s0 = 0.0;
    for (std::size_t t = data_.moment_begin[stratum + 1]; t-- > data_.moment_begin[stratum];) {
      const Moment& now = data_.moments[t];
      for (std::size_t i = now.begin; i < now.end; ++i) {
        s0 += risk_[i];
        for (std::size_t a = 0; a < k; ++a) s1[a] += risk_[i] * value(i, a);
      }
      if (now.events == 0.0) continue;
      s0_[t] = s0;
      std::copy(s1.begin(), s1.end(), mean_.begin() + static_cast<std::ptrdiff_t>(t * k));
    }
  }

  void sum_observed_late_entry(std::size_t stratum) {
    const std::size_t k = columns_, begin = data_.moment_begin[stratum], end = data_.moment_begin[stratum + 1];
    std::vector<RunningSum> s1(k);
    RunningSum s0;
    const auto add = [&](std::size_t i, double sign) {
      s0.add(sign * risk_[i]);
      for (std::size_t a = 0; a < k; ++a) s1[a].add(sign * risk_[i] * value(i, a));
    };
    std::size_t out = data_.moments[begin].begin;
    for (std::size_t t = end; t-- > begin;) {
      const Moment& now = data_.moments[t];
      for (std::size_t i = now.begin; i < now.end; ++i) add(i, 1.0);
      for (; out < data_.moments[end - 1].end && data_.entry[data_.entry_order[out]] >= now.time; ++out)
        add(data_.entry_order[out], -1.0);
      if (now.events == 0.0) continue;
      s0_[t] = s0.value();
      for (std::size_t a = 0; a < k; ++a) mean_[t * k + a] = s1[a].value();
    }
  }

  // Adds to the sums those with another event before the moment, and ends with hazards and means.
  void sum_others(std::size_t stratum) {
    const std::size_t k = columns_;
    std::vector<double> s1(k, 0.0);
    double s0 = 0.0;
    for (std::size_t t = data_.moment_begin[stratum]; t < data_.moment_begin[stratum + 1]; ++t) {
      const Moment& now = data_.moments[t];
      if (now.events > 0.0) {
        s0_[t] += now.weight * s0;
        hazard_[t] = now.events / s0_[t];
        for (std::size_t a = 0; a < k; ++a) mean_[t * k + a] = (mean_[t * k + a] + now.weight * s1[a]) / s0_[t];
        loglik_ -= now.events * std::log(s0_[t]);
      }
      for (std::size_t i = now.begin; i < now.end; ++i) {
        if (data_.kind[i] == 1) loglik_ += eta_[i];
        if (data_.kind[i] != 2) continue;
        const double r = risk_[i] / now.weight;
        s0 += r;
        for (std::size_t a = 0; a < k; ++a) s1[a] += r * value(i, a);
      }
    }
  }

  void sum_expected(std::size_t stratum) {
    const std::size_t begin = data_.moment_begin[stratum], end = data_.moment_begin[stratum + 1];
    std::vector<double> before(end - begin);  // hazard summed before each moment
    double sum = 0.0;
    for (std::size_t t = begin; t < end; ++t) {
      before[t - begin] = sum;
      sum += hazard_[t];
      for (std::size_t i = data_.moments[t].begin; i < data_.moments[t].end; ++i)
        expected_[i] = (sum - before[data_.first[i] - begin]) * risk_[i];
    }
    double later = 0.0;
    for (std::size_t t = end; t-- > begin;) {
      const Moment& now = data_.moments[t];
      for (std::size_t i = now.begin; i < now.end; ++i)
        if (data_.kind[i] == 2) expected_[i] += later / now.weight * risk_[i];
      later += now.weight * hazard_[t];
    }
  }

  void add_squared_influence(std::size_t stratum, bool weights_known, Eigen::MatrixXd& result) const {
    const auto k = static_cast<Eigen::Index>(columns_);
    const std::size_t begin = data_.moment_begin[stratum], m = data_.moment_begin[stratum + 1] - begin;
    // Hazard and hazard * mean, summed up to each moment; times the weight, from each moment on.
    std::vector<double> hazard(m + 1, 0.0), weighted(m + 1, 0.0);
    Eigen::MatrixXd hazard_mean = Eigen::MatrixXd::Zero(k, static_cast<Eigen::Index>(m) + 1);
    Eigen::MatrixXd weighted_mean = hazard_mean;
    for (std::size_t t = 0; t < m; ++t) {
      const auto at = static_cast<Eigen::Index>(t);
      hazard[t + 1] = hazard[t] + hazard_[begin + t];
      hazard_mean.col(at + 1) = hazard_mean.col(at) + hazard_[begin + t] * mean_at(begin + t);
    }
    for (std::size_t t = m; t-- > 0;) {
      const auto at = static_cast<Eigen::Index>(t);
      const double share = data_.moments[begin + t].weight * hazard_[begin + t];
      weighted[t] = weighted[t + 1] + share;
      weighted_mean.col(at) = weighted_mean.col(at + 1) + share * mean_at(begin + t);
    }
    Eigen::VectorXd past = Eigen::VectorXd::Zero(k);  // sum of q dN / pi^2 of the censorings so far
    Eigen::VectorXd others1 = Eigen::VectorXd::Zero(k), x(k), influence(k);
    double others0 = 0.0;  // other events so far: risk / weight
    for (std::size_t t = 0; t < m; ++t) {
      const Moment& now = data_.moments[begin + t];
      const auto at = static_cast<Eigen::Index>(t);
      const auto add_others = [&] {
        for (std::size_t i = now.begin; i < now.end; ++i) {
          if (data_.kind[i] != 2) continue;
          others0 += risk_[i] / now.weight;
          for (Eigen::Index a = 0; a < k; ++a)
            others1[a] += risk_[i] / now.weight * value(i, static_cast<std::size_t>(a));
        }
      };
      // Events that come first leave before the censorings of the same time, whose weights they then feel.
      const Eigen::VectorXd past_before = past;
      if (data_.events_first) add_others();
      Eigen::VectorXd q = Eigen::VectorXd::Zero(k);
      if (now.censored > 0.0 && !weights_known) {
        const std::size_t from = data_.events_first ? t + 1 : t;
        q = others1 * weighted[from] - others0 * weighted_mean.col(static_cast<Eigen::Index>(from));
        past += q * (now.censored / (now.at_risk * now.at_risk));
      }
      for (std::size_t i = now.begin; i < now.end; ++i) {
        for (Eigen::Index a = 0; a < k; ++a) x[a] = value(i, static_cast<std::size_t>(a));
        const std::size_t first = data_.first[i] - begin;
        double met = hazard[t + 1] - hazard[first];
        Eigen::VectorXd mean = hazard_mean.col(at + 1) - hazard_mean.col(static_cast<Eigen::Index>(first));
        if (data_.kind[i] == 2) {
          met += weighted[t + 1] / now.weight;
          mean += weighted_mean.col(at + 1) / now.weight;
        }
        const bool left = data_.events_first && data_.kind[i] != 0;
        influence = -risk_[i] * (met * x - mean) - (left ? past_before : past);
        if (data_.kind[i] == 1) influence += x - mean_at(begin + t);
        if (data_.kind[i] == 0) influence += q / now.at_risk;
        result += influence * influence.transpose();
      }
      if (!data_.events_first) add_others();
    }
  }

  void subtract_means(std::vector<double>& packed, std::vector<double>& scratch) const {
    std::vector<double> picked(columns_ * kBlock, 0.0), weight(kBlock, 0.0);
    std::size_t count = 0;
    const auto flush = [&] {
      add_weighted_gram(picked.data(), kBlock, weight.data(), kBlock, columns_, -1.0, scratch.data(), packed.data());
      std::fill(weight.begin(), weight.end(), 0.0);
      count = 0;
    };
    for (std::size_t t = 0; t < data_.moments.size(); ++t) {
      if (data_.moments[t].events == 0.0) continue;
      for (std::size_t a = 0; a < columns_; ++a) picked[a * kBlock + count] = mean_[t * columns_ + a];
      weight[count++] = data_.moments[t].events;
      if (count == kBlock) flush();
    }
    flush();
  }

  const FineGrayRows& data_;
  std::size_t columns_, rows_;
  std::vector<double> x_;  // blocks as in CoxRows
  Eigen::VectorXd scale_, centre_, range_;
  std::vector<double> eta_, risk_, expected_, residual_, mean_, s0_, hazard_;
  double loglik_ = 0.0;
  Eigen::VectorXd gradient_;
  Eigen::MatrixXd information_;
};

}  // namespace

FineGrayFit fit_fine_gray(const Eigen::MatrixXd& x, const CompetingOutcome& outcome, int wanted) {
  check_competing(outcome, wanted);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", outcome.time.size());
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  const Eigen::Index p = x.cols();
  FineGrayFit fit;
  fit.patients = outcome.time.size();
  fit.events = static_cast<std::size_t>(std::count(outcome.cause.begin(), outcome.cause.end(), wanted));
  fit.coef = fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = fit.model_covariance = Eigen::MatrixXd::Constant(p, p, kNaN);
  fit.weights_known = !outcome.entry.empty();
  if (fit.events == 0) {
    fit.reason = outcome.time.empty() ? "no patients" : "no event of the cause";
    return fit;
  }
  const FineGrayRows rows(outcome, wanted);
  if (!rows.reason.empty()) {
    fit.reason = rows.reason;
    return fit;
  }
  FineGray model(x, rows);
  Eigen::VectorXd coef = Eigen::VectorXd::Zero(p);
  model.evaluate(coef);
  InformationSolver solver(model.information());
  const std::vector<char> kept = solver.kept();
  Eigen::VectorXd step = solver.solve(model.gradient());
  double decrement = model.gradient().dot(step), previous = decrement, loglik = model.loglik();
  fit.loglik_null = loglik;
  fit.score = decrement;
  std::string trouble;
  while (fit.iterations < kMaxIterations && std::isfinite(decrement)) {
    if (decrement < kPrecise || (fit.iterations > 1 && decrement < 1e-13 && decrement > 0.1 * previous)) {
      fit.converged = true;
      break;
    }
    if (decrement < 1e-9) {
      for (Eigen::Index j = 0; j < p; ++j)
        if (std::abs(step[j]) > 1e-3 * std::abs(coef[j]) && std::abs(coef[j]) * model.range()[j] > 5.0)
          trouble = "a coefficient runs to infinity: a covariate orders the events perfectly; use a penalty";
      if (!trouble.empty()) break;
    }
    ++fit.iterations;
    double length = 1.0;
    bool moved = false;
    Eigen::VectorXd next;
    for (int halving = 0; halving < 30 && !moved; ++halving, length *= 0.5) {
      next = coef + length * step;
      model.evaluate(next);
      moved = model.loglik() >= loglik - 1e-12 * (1.0 + std::abs(loglik));
    }
    if (!moved) break;
    coef = next;
    loglik = model.loglik();
    solver = InformationSolver(model.information(), kept);
    if (!solver.positive()) break;
    step = solver.solve(model.gradient());
    previous = decrement;
    decrement = model.gradient().dot(step);
  }
  fit.loglik = loglik;
  fit.likelihood_ratio = 2.0 * (fit.loglik - fit.loglik_null);
  fit.reason = trouble;
  if (!fit.converged && trouble.empty()) fit.reason = "no convergence in " + std::to_string(fit.iterations) + " steps";
  fit.reason = both_reasons(fit.reason, aliased_reason(kept));
  const Eigen::MatrixXd inverse = solver.inverse();
  const Eigen::MatrixXd sandwich = inverse * model.squared_influence(fit.weights_known) * inverse;
  std::vector<Eigen::Index> used;
  for (Eigen::Index a = 0; a < p; ++a) {
    if (!kept[static_cast<std::size_t>(a)]) continue;
    used.push_back(a);
    fit.coef[a] = coef[a] / model.scale()[a];
  }
  fit.df = static_cast<int>(used.size());
  for (const Eigen::Index a : used)
    for (const Eigen::Index b : used) {
      fit.covariance(a, b) = sandwich(a, b) / (model.scale()[a] * model.scale()[b]);
      fit.model_covariance(a, b) = inverse(a, b) / (model.scale()[a] * model.scale()[b]);
    }
  fit.se = fit.covariance.diagonal().cwiseSqrt();
  if (!used.empty()) {
    const Eigen::VectorXd estimate = coef(used);
    fit.wald = estimate.dot(sandwich(used, used).ldlt().solve(estimate));
  }
  double centred = 0.0;
  for (const Eigen::Index a : used) centred += fit.coef[a] * model.centre()[a];
  for (std::size_t s = 0; s < rows.strata(); ++s) {
    StratumHazard curve{rows.stratum_label[s], {}};
    double sum = 0.0;
    for (std::size_t t = rows.moment_begin[s]; t < rows.moment_begin[s + 1]; ++t) {
      if (rows.moments[t].events == 0.0) continue;
      sum += model.hazard()[t] * std::exp(-centred);
      curve.hazard.time.push_back(rows.moments[t].time);
      curve.hazard.cumulative.push_back(sum);
    }
    fit.baseline.push_back(std::move(curve));
  }
  return fit;
}

FineGrayFit fit_fine_gray(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& cause,
                          int wanted) {
  return fit_fine_gray(x, CompetingOutcome{time, cause, {}, {}}, wanted);
}

std::vector<double> fine_gray_incidence(const FineGrayFit& fit, const Eigen::VectorXd& x,
                                        const std::vector<double>& times, std::size_t stratum) {
  check_same_size("the covariates of the new row", static_cast<std::size_t>(x.size()), "the coefficients",
                  static_cast<std::size_t>(fit.coef.size()));
  check_finite("times", times);
  double eta = 0.0;
  for (Eigen::Index j = 0; j < x.size(); ++j)
    if (!std::isnan(fit.coef[j])) eta += fit.coef[j] * x[j];
  if (stratum >= fit.baseline.size())
    throw Error(ErrorCode::domain, "there is no baseline of stratum " + std::to_string(stratum + 1) + "; the fit has " +
                                       std::to_string(fit.baseline.size()));
  std::vector<double> result;
  for (const double when : times) result.push_back(-std::expm1(-fit.baseline[stratum].hazard.at(when) * std::exp(eta)));
  return result;
}

}  // namespace larc::stats
