#include "demo/score.h"

#include "stats/logistic.h"

namespace larc::demo {

namespace {

Score of_predictor(const LinearPredictor& p, double centre) {
  return {p.honest(), p.clinical, p.image(), p.radiomics_and_clinical(), centre};
}

Score of_response(const Predictors& p, Scenario, int centre) {
  return of_predictor(p.pcr, kCentrePrevalence[centre]);
}

Score of_hazard(const Predictors& p, Scenario, int centre) {
  return of_predictor(p.os, kCentreLogHazard[centre]);
}

/// Chance of something that has `predictor`'s odds where the response is not complete, and never happens where it is.
Score of_residual(const Predictors& p, const LinearPredictor& predictor, Scenario scenario, int centre) {
  Score score;
  score.centre = -kCentrePrevalence[centre];
  if (scenario != Scenario::signal) return score;
  const auto chance = [&](double of_pcr, double of_residual) {
    return stats::logistic(-(p.pcr.whole - p.pcr.honest() + of_pcr)) *
           stats::logistic(predictor.whole - predictor.honest() + of_residual);
  };
  score.all = chance(p.pcr.honest(), predictor.honest());
  score.clinical = chance(p.pcr.clinical, predictor.clinical);
  score.image = chance(p.pcr.image(), predictor.image());
  score.radiomics_and_clinical = chance(p.pcr.radiomics_and_clinical(), predictor.radiomics_and_clinical());
  return score;
}

Score of_crm(const Predictors& p, Scenario scenario, int centre) {
  return of_residual(p, p.crm, scenario, centre);
}

Score of_deposits(const Predictors& p, Scenario scenario, int centre) {
  return of_residual(p, p.deposits, scenario, centre);
}

}  // namespace

const std::vector<ScoredEndpoint>& scored_endpoints() {
  static const std::vector<ScoredEndpoint> all{
      {"pcr", false, of_response},
      {"good_response", false, of_response},
      {"t_downstage", false, of_response},
      {"crm_positive", false, of_crm},
      {"deposits", false, of_deposits},
      {"os", true, of_hazard},
      {"dfs", true, of_hazard},
      {"dmfs", true, of_hazard},
  };
  return all;
}

void ScoredOutcomes::add(const Score& score, double label_or_months, int happened, bool survival) {
  if (survival) {
    months.push_back(label_or_months);
    event.push_back(happened);
  } else {
    outcome.push_back(label_or_months);
  }
  all.push_back(score.all);
  clinical.push_back(score.clinical);
  image.push_back(score.image);
  radiomics_and_clinical.push_back(score.radiomics_and_clinical);
  centre.push_back(score.centre);
}

}  // namespace larc::demo
