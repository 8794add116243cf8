#include "stats/fine_gray.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox_kernel.h"
#include "stats/cumulative_incidence.h"
#include "stats/time_order.h"
#include "stats/vector_math.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 60;
constexpr double kPrecise = 1e-20;
constexpr std::size_t kBlock = CoxRows::kBlock;

// Rows in ascending time; rows at one time are a moment.
struct Moment {
  std::size_t begin = 0, end = 0;
  double events = 0.0;  // of the cause
  double censored = 0.0;
  double weight = 1.0;  // G(t-)
  double hazard = 0.0;  // events / sum of weighted risks
};

class FineGray {
 public:
  FineGray(const Eigen::MatrixXd& input, const std::vector<double>& times, const std::vector<int>& cause, int wanted)
      : columns_(static_cast<std::size_t>(input.cols())), rows_(times.size()) {
    std::vector<double> time = times;
    merge_near_ties(time);
    order_ = ascending_order(time);
    kind_.resize(rows_);
    moment_of_.resize(rows_);
    double uncensored = 1.0;
    for (std::size_t begin = 0, end = 0; begin < rows_; begin = end) {
      Moment now;
      now.begin = begin;
      now.weight = uncensored;
      for (end = begin; end < rows_ && time[order_[end]] == time[order_[begin]]; ++end) {
        const int c = cause[order_[end]];
        kind_[end] = c == 0 ? 0 : c == wanted ? 1 : 2;
        now.events += kind_[end] == 1 ? 1.0 : 0.0;
        now.censored += kind_[end] == 0 ? 1.0 : 0.0;
        moment_of_[end] = static_cast<std::uint32_t>(moments_.size());
      }
      now.end = end;
      const double at_risk = static_cast<double>(rows_ - begin);
      uncensored *= (at_risk - now.censored) / at_risk;
      moments_.push_back(now);
      moment_time_.push_back(time[order_[begin]]);
    }
    lay_out(input);
    for (auto* buffer : {&eta_, &risk_, &expected_, &residual_}) buffer->assign(blocks() * kBlock, 0.0);
    mean_.assign(columns_ * moments_.size(), 0.0);
    s0_.assign(moments_.size(), 0.0);
  }

  const Eigen::VectorXd& scale() const { return scale_; }
  const Eigen::VectorXd& centre() const { return centre_; }
  const Eigen::VectorXd& range() const { return range_; }
  double loglik() const { return loglik_; }
  const Eigen::VectorXd& gradient() const { return gradient_; }
  const Eigen::MatrixXd& information() const { return information_; }
  const std::vector<Moment>& moments() const { return moments_; }
  const std::vector<double>& moment_time() const { return moment_time_; }

  void evaluate(const Eigen::VectorXd& coef) {
    std::fill(eta_.begin(), eta_.end(), 0.0);
    for (std::size_t b = 0; b < blocks(); ++b)
      for (std::size_t a = 0; a < columns_; ++a) {
        const double slope = coef[static_cast<Eigen::Index>(a)];
        const double* column = x_.data() + (b * columns_ + a) * kBlock;
        for (std::size_t i = 0; i < kBlock; ++i) eta_[b * kBlock + i] += slope * column[i];
      }
    exp_all(eta_.data(), risk_.data(), eta_.size());
    sum_risks();
    sum_expected();
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
  // taken as known, psi what the row adds through the estimated curve of censoring. After evaluate.
  Eigen::MatrixXd squared_influence() const {
    const auto k = static_cast<Eigen::Index>(columns_);
    const std::size_t m = moments_.size();
    // Hazard and hazard * mean, summed up to each moment; times G(t-), from each moment on.
    std::vector<double> hazard(m + 1, 0.0), weighted(m + 1, 0.0);
    Eigen::MatrixXd hazard_mean = Eigen::MatrixXd::Zero(k, static_cast<Eigen::Index>(m) + 1);
    Eigen::MatrixXd weighted_mean = hazard_mean;
    for (std::size_t t = 0; t < m; ++t) {
      const auto at = static_cast<Eigen::Index>(t);
      hazard[t + 1] = hazard[t] + moments_[t].hazard;
      hazard_mean.col(at + 1) = hazard_mean.col(at) + moments_[t].hazard * mean_at(t);
    }
    for (std::size_t t = m; t-- > 0;) {
      const auto at = static_cast<Eigen::Index>(t);
      const double share = moments_[t].weight * moments_[t].hazard;
      weighted[t] = weighted[t + 1] + share;
      weighted_mean.col(at) = weighted_mean.col(at + 1) + share * mean_at(t);
    }
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, k);
    Eigen::VectorXd past = Eigen::VectorXd::Zero(k);  // sum of q dN / pi^2 of the censorings so far
    double others0 = 0.0;                             // other events so far: risk / G(T-)
    Eigen::VectorXd others1 = Eigen::VectorXd::Zero(k), value(k), influence(k);
    for (std::size_t t = 0; t < m; ++t) {
      const Moment& now = moments_[t];
      const auto at = static_cast<Eigen::Index>(t);
      const double at_risk = static_cast<double>(rows_ - now.begin);
      Eigen::VectorXd q = Eigen::VectorXd::Zero(k);
      if (now.censored > 0.0) {
        q = others1 * weighted[t] - others0 * weighted_mean.col(at);
        past += q * (now.censored / (at_risk * at_risk));
      }
      for (std::size_t i = now.begin; i < now.end; ++i) {
        for (Eigen::Index a = 0; a < k; ++a) value[a] = this->value(i, static_cast<std::size_t>(a));
        double met = hazard[t + 1];
        Eigen::VectorXd mean = hazard_mean.col(at + 1);
        if (kind_[i] == 2) {
          met += weighted[t + 1] / now.weight;
          mean += weighted_mean.col(at + 1) / now.weight;
        }
        influence = -risk_[i] * (met * value - mean) - past;
        if (kind_[i] == 1) influence += value - mean_at(t);
        if (kind_[i] == 0) influence += q / at_risk;
        result += influence * influence.transpose();
      }
      for (std::size_t i = now.begin; i < now.end; ++i) {
        if (kind_[i] != 2) continue;
        others0 += risk_[i] / now.weight;
        for (Eigen::Index a = 0; a < k; ++a)
          others1[a] += risk_[i] / now.weight * this->value(i, static_cast<std::size_t>(a));
      }
    }
    return result;
  }

 private:
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
            (column[static_cast<Eigen::Index>(order_[i])] - centre_[j]) / size;
    }
  }

  // Sums over the risk set of each moment with events: those with longer follow-up, and the other events before it.
  void sum_risks() {
    const std::size_t k = columns_;
    std::vector<double> s1(k, 0.0);
    double s0 = 0.0;
    for (std::size_t t = moments_.size(); t-- > 0;) {
      for (std::size_t i = moments_[t].begin; i < moments_[t].end; ++i) {
        s0 += risk_[i];
        for (std::size_t a = 0; a < k; ++a) s1[a] += risk_[i] * value(i, a);
      }
      if (moments_[t].events == 0.0) continue;
      s0_[t] = s0;
      std::copy(s1.begin(), s1.end(), mean_.begin() + static_cast<std::ptrdiff_t>(t * k));
    }
    std::fill(s1.begin(), s1.end(), 0.0);
    s0 = loglik_ = 0.0;
    for (std::size_t t = 0; t < moments_.size(); ++t) {
      Moment& now = moments_[t];
      if (now.events > 0.0) {
        s0_[t] += now.weight * s0;
        now.hazard = now.events / s0_[t];
        for (std::size_t a = 0; a < k; ++a) mean_[t * k + a] = (mean_[t * k + a] + now.weight * s1[a]) / s0_[t];
        loglik_ -= now.events * std::log(s0_[t]);
      }
      for (std::size_t i = now.begin; i < now.end; ++i) {
        if (kind_[i] == 1) loglik_ += eta_[i];
        if (kind_[i] != 2) continue;
        const double r = risk_[i] / now.weight;
        s0 += r;
        for (std::size_t a = 0; a < k; ++a) s1[a] += r * value(i, a);
      }
    }
  }

  void sum_expected() {
    double sum = 0.0;
    for (const Moment& now : moments_) {
      sum += now.hazard;
      for (std::size_t i = now.begin; i < now.end; ++i) expected_[i] = sum * risk_[i];
    }
    double later = 0.0;
    for (std::size_t t = moments_.size(); t-- > 0;) {
      const Moment& now = moments_[t];
      for (std::size_t i = now.begin; i < now.end; ++i)
        if (kind_[i] == 2) expected_[i] += later / now.weight * risk_[i];
      later += now.weight * now.hazard;
    }
    for (std::size_t i = 0; i < rows_; ++i) residual_[i] = (kind_[i] == 1 ? 1.0 : 0.0) - expected_[i];
  }

  void subtract_means(std::vector<double>& packed, std::vector<double>& scratch) const {
    std::vector<double> picked(columns_ * kBlock, 0.0), weight(kBlock, 0.0);
    std::size_t count = 0;
    const auto flush = [&] {
      add_weighted_gram(picked.data(), kBlock, weight.data(), kBlock, columns_, -1.0, scratch.data(), packed.data());
      std::fill(weight.begin(), weight.end(), 0.0);
      count = 0;
    };
    for (std::size_t t = 0; t < moments_.size(); ++t) {
      if (moments_[t].events == 0.0) continue;
      for (std::size_t a = 0; a < columns_; ++a) picked[a * kBlock + count] = mean_[t * columns_ + a];
      weight[count++] = moments_[t].events;
      if (count == kBlock) flush();
    }
    flush();
  }

  std::size_t columns_, rows_;
  std::vector<std::uint32_t> order_, moment_of_;
  std::vector<int> kind_;  // 0 censored, 1 the cause, 2 another
  std::vector<Moment> moments_;
  std::vector<double> moment_time_;
  std::vector<double> x_;  // blocks as in CoxRows
  Eigen::VectorXd scale_, centre_, range_;
  std::vector<double> eta_, risk_, expected_, residual_, mean_, s0_;
  double loglik_ = 0.0;
  Eigen::VectorXd gradient_;
  Eigen::MatrixXd information_;
};

}  // namespace

FineGrayFit fit_fine_gray(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& cause,
                          int wanted) {
  check_causes(time, cause, wanted);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", time.size());
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  const Eigen::Index p = x.cols();
  FineGrayFit fit;
  fit.patients = time.size();
  fit.events = static_cast<std::size_t>(std::count(cause.begin(), cause.end(), wanted));
  fit.coef = fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = fit.model_covariance = Eigen::MatrixXd::Constant(p, p, kNaN);
  if (fit.events == 0) {
    fit.reason = time.empty() ? "no patients" : "no event of the cause";
    return fit;
  }
  FineGray model(x, time, cause, wanted);
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
  fit.reason = trouble;
  if (!fit.converged && trouble.empty()) fit.reason = "no convergence in " + std::to_string(fit.iterations) + " steps";
  const Eigen::MatrixXd inverse = solver.inverse();
  const Eigen::MatrixXd sandwich = inverse * model.squared_influence() * inverse;
  std::vector<Eigen::Index> used;
  for (Eigen::Index a = 0; a < p; ++a) {
    if (!kept[static_cast<std::size_t>(a)]) {
      fit.reason += fit.reason.empty() ? "constant or a combination of earlier columns: column " : ", column ";
      fit.reason += std::to_string(a + 1);
      continue;
    }
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
  double sum = 0.0;
  for (std::size_t t = 0; t < model.moments().size(); ++t) {
    if (model.moments()[t].events == 0.0) continue;
    sum += model.moments()[t].hazard * std::exp(-centred);
    fit.time.push_back(model.moment_time()[t]);
    fit.cumulative.push_back(sum);
  }
  return fit;
}

std::vector<double> fine_gray_incidence(const FineGrayFit& fit, const Eigen::VectorXd& x,
                                        const std::vector<double>& times) {
  check_same_size("the covariates of the new row", static_cast<std::size_t>(x.size()), "the coefficients",
                  static_cast<std::size_t>(fit.coef.size()));
  check_finite("times", times);
  double eta = 0.0;
  for (Eigen::Index j = 0; j < x.size(); ++j)
    if (!std::isnan(fit.coef[j])) eta += fit.coef[j] * x[j];
  std::vector<double> result;
  for (const double when : times) {
    const auto passed = std::upper_bound(fit.time.begin(), fit.time.end(), when) - fit.time.begin();
    const double hazard = passed == 0 ? 0.0 : fit.cumulative[static_cast<std::size_t>(passed) - 1];
    result.push_back(-std::expm1(-hazard * std::exp(eta)));
  }
  return result;
}

}  // namespace larc::stats
