#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "learn/elastic_net.h"
#include "learn/learners.h"
#include "learn/recalibrate.h"
#include "stats/distributions.h"

namespace larc::learn {

namespace {

/// Where a score stands among the sorted training scores that were made unseen, as a normal score.
double normal_rank(const std::vector<double>& sorted, double score) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), score);
  const double below = static_cast<double>(first - sorted.begin()), ties = static_cast<double>(last - first);
  return stats::normal_quantile((below + 0.5 * ties + 0.5) / (static_cast<double>(sorted.size()) + 1.0));
}

struct Member {
  std::shared_ptr<const Learner> learner;
  Recalibration recalibration;
  std::vector<double> sorted_unseen;  // combine = rank
  double weight = 1.0;
};

class EnsembleLearner : public Learner {
 public:
  EnsembleLearner(std::vector<Member> members, bool by_rank) : members_(std::move(members)), by_rank_(by_rank) {}

  Eigen::VectorXd linear(const Eigen::MatrixXd& x) const override {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(x.rows());
    for (const Member& member : members_) sum += member.weight * scores(member, member.learner->linear(x));
    return sum;
  }

  Eigen::VectorXd scores(const Member& member, const Eigen::VectorXd& raw) const {
    if (!by_rank_) return member.recalibration.apply(raw);
    Eigen::VectorXd result(raw.size());
    for (Eigen::Index i = 0; i < raw.size(); ++i) result[i] = normal_rank(member.sorted_unseen, raw[i]);
    return result;
  }

  Json to_json() const override {
    Json list = Json::array();
    for (const Member& member : members_)
      list.push_back({{"fit", member.learner->to_json()},
                      {"recalibration", learn::to_json(member.recalibration)},
                      {"sorted_unseen", member.sorted_unseen},
                      {"weight", member.weight}});
    return {{"learner", "ensemble"}, {"by_rank", by_rank_}, {"members", list}};
  }

  std::vector<Member>& members() { return members_; }

 private:
  std::vector<Member> members_;
  bool by_rank_;
};

/// Weights of the members: a ridge model of the outcome on their recalibrated unseen scores, negative weights cut.
std::vector<double> stack(const std::vector<Eigen::VectorXd>& unseen, const Outcome& outcome) {
  Eigen::MatrixXd x(unseen.front().size(), static_cast<Eigen::Index>(unseen.size()));
  for (std::size_t m = 0; m < unseen.size(); ++m)
    x.col(static_cast<Eigen::Index>(m)) = unseen[m].array() - unseen[m].mean();
  std::vector<double> weights(unseen.size(), 1.0 / static_cast<double>(unseen.size()));
  if (!(x.cwiseAbs().maxCoeff() > 1e-12)) return weights;
  ElasticNet net(x, outcome, {0.0, {}, 1e-8, 200, false});
  const ElasticNetFit& fit = net.fit(1.0 / static_cast<double>(outcome.events()));
  double total = 0.0;
  for (Eigen::Index m = 0; m < fit.coef.size(); ++m) total += std::max(fit.coef[m], 0.0);
  if (!(total > 0.0)) return weights;
  for (std::size_t m = 0; m < weights.size(); ++m)
    weights[m] = std::max(fit.coef[static_cast<Eigen::Index>(m)], 0.0) / total;
  return weights;
}

}  // namespace

LearnerFit fit_ensemble_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed) {
  if (settings.members.empty()) throw Error(ErrorCode::domain, "an ensemble needs members");
  if (settings.combine != "mean" && settings.combine != "rank" && settings.combine != "stack")
    throw Error(ErrorCode::domain, "ensembles combine by mean, rank or stack, not by '" + settings.combine + "'");
  if (!settings.weights.empty() && settings.weights.size() != settings.members.size())
    throw Error(ErrorCode::domain, "an ensemble needs one weight for each member, or none");
  double total_weight = 0.0;
  for (const double weight : settings.weights) total_weight += weight;
  LearnerFit result;
  std::vector<Member> members;
  std::vector<Eigen::VectorXd> raw;
  result.tuning["members"] = Json::array();
  for (std::size_t m = 0; m < settings.members.size(); ++m) {
    LearnerFit fit = fit_learner(prepared, settings.members[m], seed);
    Member member;
    member.recalibration = fit_recalibration(fit.unseen, prepared.outcome);
    if (settings.combine == "rank") {
      member.sorted_unseen.assign(fit.unseen.data(), fit.unseen.data() + fit.unseen.size());
      std::sort(member.sorted_unseen.begin(), member.sorted_unseen.end());
    }
    member.learner = std::move(fit.learner);
    member.weight = settings.weights.empty() ? 1.0 / static_cast<double>(settings.members.size())
                                             : settings.weights[m] / total_weight;
    members.push_back(std::move(member));
    raw.push_back(std::move(fit.unseen));
    result.tuning["members"].push_back({{"kind", settings.members[m].kind}, {"tuning", std::move(fit.tuning)}});
    for (auto& note : fit.notes) result.notes.push_back(settings.members[m].kind + ": " + note);
  }
  auto ensemble = std::make_unique<EnsembleLearner>(std::move(members), settings.combine == "rank");
  std::vector<Eigen::VectorXd> unseen;
  for (std::size_t m = 0; m < raw.size(); ++m) unseen.push_back(ensemble->scores(ensemble->members()[m], raw[m]));
  if (settings.combine == "stack") {
    const std::vector<double> weights = stack(unseen, prepared.outcome);
    for (std::size_t m = 0; m < weights.size(); ++m) ensemble->members()[m].weight = weights[m];
    result.tuning["weights"] = weights;
  }
  result.unseen = Eigen::VectorXd::Zero(prepared.all.values.rows());
  for (std::size_t m = 0; m < unseen.size(); ++m) result.unseen += ensemble->members()[m].weight * unseen[m];
  result.learner = std::move(ensemble);
  return result;
}

std::unique_ptr<Learner> read_ensemble_learner(const Json& json) {
  std::vector<Member> members;
  for (const auto& item : json.at("members")) {
    Member member;
    member.learner = learner_from_json(item.at("fit"));
    member.recalibration = recalibration_from_json(item.at("recalibration"));
    member.sorted_unseen = item.at("sorted_unseen").get<std::vector<double>>();
    member.weight = item.at("weight").get<double>();
    members.push_back(std::move(member));
  }
  return std::make_unique<EnsembleLearner>(std::move(members), json.at("by_rank").get<bool>());
}

}  // namespace larc::learn
