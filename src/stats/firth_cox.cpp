#include "stats/firth_cox.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox_rows.h"
#include "stats/running_sum.h"

namespace larc::stats {

namespace {

// Sums over a risk set of risk times 1, x, q, q x and x x', where q = x'A x.
struct RiskMoments {
  double risk = 0.0, q = 0.0;
  Eigen::VectorXd x, qx;
  Eigen::MatrixXd xx;

  /// Adds what one event adds to the derivative of log det I by the coefficients: trace(A dV), A the inverse of I and V
  /// the covariance of x in the risk set.
  void add_trace(const Eigen::MatrixXd& a, Eigen::VectorXd& trace) const {
    const Eigen::VectorXd mean = x / risk, turned = a * mean;
    trace += (qx - q * mean) / risk - 2.0 * (xx * turned / risk - mean * mean.dot(turned));
  }
};

RiskMoments less_share(const RiskMoments& all, const RiskMoments& tied, double share) {
  return {all.risk - share * tied.risk, all.q - share * tied.q, all.x - share * tied.x, all.qx - share * tied.qx,
          all.xx - share * tied.xx};
}

// The sums of RiskMoments as rows come and go; `Sum` is double, or RunningSum where rows also leave.
template <typename Sum>
class MovingMoments {
 public:
  explicit MovingMoments(Eigen::Index columns)
      : k_(columns), sums_(static_cast<std::size_t>(2 + 2 * columns + columns * columns), Sum{}) {}

  void add(const Eigen::VectorXd& x, double risk, double q) {
    std::size_t at = 0;
    put(sums_[at++], risk);
    put(sums_[at++], risk * q);
    for (Eigen::Index a = 0; a < k_; ++a) put(sums_[at++], risk * x[a]);
    for (Eigen::Index a = 0; a < k_; ++a) put(sums_[at++], risk * q * x[a]);
    for (Eigen::Index a = 0; a < k_; ++a)
      for (Eigen::Index b = 0; b < k_; ++b) put(sums_[at++], risk * x[a] * x[b]);
  }

  RiskMoments value() const {
    RiskMoments result;
    std::size_t at = 0;
    result.risk = take(sums_[at++]);
    result.q = take(sums_[at++]);
    result.x.resize(k_);
    result.qx.resize(k_);
    result.xx.resize(k_, k_);
    for (Eigen::Index a = 0; a < k_; ++a) result.x[a] = take(sums_[at++]);
    for (Eigen::Index a = 0; a < k_; ++a) result.qx[a] = take(sums_[at++]);
    for (Eigen::Index a = 0; a < k_; ++a)
      for (Eigen::Index b = 0; b < k_; ++b) result.xx(a, b) = take(sums_[at++]);
    return result;
  }

 private:
  static void put(double& sum, double term) { sum += term; }
  static void put(RunningSum& sum, double term) { sum.add(term); }
  static double take(double sum) { return sum; }
  static double take(const RunningSum& sum) { return sum.value(); }

  Eigen::Index k_;
  std::vector<Sum> sums_;
};

class PenalisedCox : public PenalisedLikelihood {
 public:
  PenalisedCox(const CoxRows& rows, Ties ties) : rows_(rows), ties_(ties), kernel_(rows, ties) {}

  Eigen::Index size() const override { return static_cast<Eigen::Index>(rows_.columns); }
  double reach(const Eigen::VectorXd& step) const override {
    double most = 0.0;
    for (std::size_t i = 0; i < rows_.rows; ++i) most = std::max(most, std::abs(row(i).dot(step)));
    return most;
  }

  At at(const Eigen::VectorXd& coef) const override {
    kernel_.evaluate(coef, CoxKernel::Order::information);
    At result;
    result.loglik = kernel_.loglik();
    result.information = kernel_.information().selfadjointView<Eigen::Lower>();
    const Eigen::LDLT<Eigen::MatrixXd> solver(result.information);
    result.inverse = solver.solve(Eigen::MatrixXd::Identity(size(), size()));
    result.penalised = result.loglik + 0.5 * solver.vectorD().array().abs().log().sum();
    result.gradient = kernel_.gradient() +
                      0.5 * (rows_.late_entry() ? traces<RunningSum>(result.inverse) : traces<double>(result.inverse));
    return result;
  }

 private:
  Eigen::VectorXd row(std::size_t i) const {
    Eigen::VectorXd x(size());
    for (Eigen::Index a = 0; a < size(); ++a) x[a] = rows_.value(i, static_cast<std::size_t>(a));
    return x;
  }

  template <typename Sum>
  void add_row(MovingMoments<Sum>& sums, std::size_t i, const Eigen::MatrixXd& inverse, double sign) const {
    const Eigen::VectorXd x = row(i);
    sums.add(x, sign * kernel_.risk()[i], x.dot(inverse * x));
  }

  template <typename Sum>
  Eigen::VectorXd traces(const Eigen::MatrixXd& inverse) const {
    Eigen::VectorXd trace = Eigen::VectorXd::Zero(size());
    for (std::size_t s = 0; s < rows_.strata; ++s) {
      MovingMoments<Sum> sums(size());
      std::size_t next = rows_.stratum_begin[s], out = next;
      for (std::size_t g = rows_.group_begin[s]; g < rows_.group_begin[s + 1]; ++g) {
        const CoxRows::Group& group = rows_.groups[g];
        for (; next < group.end; ++next) add_row(sums, next, inverse, 1.0);
        for (; out < group.left; ++out) add_row(sums, rows_.entry_order[out], inverse, -1.0);
        add_group(group, sums.value(), inverse, trace);
      }
    }
    return trace;
  }

  void add_group(const CoxRows::Group& group, const RiskMoments& all, const Eigen::MatrixXd& inverse,
                 Eigen::VectorXd& trace) const {
    const double events = static_cast<double>(group.events_end - group.begin);
    if (ties_ == Ties::breslow || events == 1.0) {
      Eigen::VectorXd one = Eigen::VectorXd::Zero(size());
      all.add_trace(inverse, one);
      trace += events * one;
      return;
    }
    MovingMoments<double> tied(size());
    for (std::size_t i = group.begin; i < group.events_end; ++i) add_row(tied, i, inverse, 1.0);
    for (double gone = 0.0; gone < events; gone += 1.0)
      less_share(all, tied.value(), gone / events).add_trace(inverse, trace);
  }

  const CoxRows& rows_;
  Ties ties_;
  mutable CoxKernel kernel_;  // its buffers
};

}  // namespace

FirthCoxFit fit_firth_cox(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, Ties ties, double level) {
  check_outcome(outcome);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", outcome.time.size());
  check_level(level);
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  if (!outcome.weight.empty() || !outcome.cluster.empty())
    throw Error(ErrorCode::domain, "Firth's penalty knows neither weights nor clusters; leave them out");
  FirthCoxFit fit;
  fit.patients = outcome.time.size();
  fit.events = static_cast<std::size_t>(std::count(outcome.event.begin(), outcome.event.end(), 1));
  fit.coef.resize(static_cast<std::size_t>(x.cols()));
  fit.covariance = Eigen::MatrixXd::Constant(x.cols(), x.cols(), kNaN);
  if (fit.events == 0) {
    fit.reason = outcome.time.empty() ? "no patients" : "no events";
    return fit;
  }
  std::vector<Eigen::Index> used;
  {
    const CoxRows all(x, outcome);
    CoxKernel kernel(all, ties);
    kernel.evaluate(Eigen::VectorXd::Zero(x.cols()), CoxKernel::Order::information);
    const std::vector<char> kept = InformationSolver(kernel.information()).kept();
    fit.reason = aliased_reason(kept);
    fit.loglik_null = fit.loglik = kernel.loglik();
    for (Eigen::Index j = 0; j < x.cols(); ++j)
      if (kept[static_cast<std::size_t>(j)]) used.push_back(j);
  }
  fit.df = static_cast<int>(used.size());
  fit.converged = used.empty();
  if (used.empty()) return fit;
  const CoxRows rows(x(Eigen::all, used), outcome);
  const PenalisedCox model(rows, ties);
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(fit.df);
  const PenalisedLikelihood::At null = model.at(zero);
  const PenalisedLikelihood::Maximum top = model.maximise(zero, all_but(fit.df, -1));
  fit.converged = top.converged;
  fit.iterations = top.iterations;
  if (!top.converged)
    fit.reason = both_reasons("no convergence in " + std::to_string(top.iterations) + " steps", fit.reason);
  fit.loglik = top.at.loglik;
  // The information of the original columns: the determinant changes by the squares of their scales.
  const double scales = rows.scale.array().log().sum();
  fit.penalised_loglik_null = null.penalised + scales;
  fit.penalised_loglik = top.at.penalised + scales;
  fit.likelihood_ratio = std::max(0.0, 2.0 * (top.at.penalised - null.penalised));
  fit.wald = top.coef.dot(top.at.information * top.coef);
  for (Eigen::Index a = 0; a < fit.df; ++a) {
    const Eigen::Index column = used[static_cast<std::size_t>(a)];
    ProfiledCoefficient& coefficient = fit.coef[static_cast<std::size_t>(column)];
    coefficient = model.profile(top, a, level);
    scale_by(coefficient, 1.0 / rows.scale[a]);
    for (Eigen::Index b = 0; b < fit.df; ++b)
      fit.covariance(column, used[static_cast<std::size_t>(b)]) =
          top.at.inverse(a, b) / (rows.scale[a] * rows.scale[b]);
  }
  return fit;
}

}  // namespace larc::stats
