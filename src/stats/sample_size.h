#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// One criterion and the patients it asks for.
struct SampleSizeCriterion {
  std::string name;
  double shrinkage = kNaN;  // expected at that size
  double patients = kNaN;
};

/// How many patients a prediction model with a number of parameters needs at least.
struct SampleSize {
  std::vector<SampleSizeCriterion> criteria;
  double patients = kNaN;  // the largest of them
  double events = kNaN;
  double events_per_parameter = kNaN;
  double cox_snell_r2 = kNaN;
  double largest_r2 = kNaN;     // that Cox and Snell's R2 can reach for this outcome
  double nagelkerke_r2 = kNaN;  // share of it
};

/// Criteria: shrinkage of at least `shrinkage`; optimism in Nagelkerke's R2 of at most 0.05; overall risk within 0.05.
/// prevalence in (0, 1); cox_snell_r2 in (0, largest); parameters >= 1 (of all candidate terms); shrinkage in (0, 1)
/// errors domain
/// source Riley et al., Statistics in Medicine 2019, part II; BMJ 2020
SampleSize binary_sample_size(double prevalence, double cox_snell_r2, int parameters, double shrinkage = 0.9);

/// The same for time to event.
/// rate: events per unit of time; horizon: where risk is predicted; mean_follow_up: same unit
/// errors domain
SampleSize survival_sample_size(double rate, double horizon, double mean_follow_up, double cox_snell_r2, int parameters,
                                double shrinkage = 0.9);

/// The largest that Cox and Snell's R2 can be; events_per_patient in (0, 1]: events / patients. errors domain
/// source Riley et al. 2019, part II
double largest_cox_snell_binary(double prevalence);
double largest_cox_snell_survival(double events_per_patient);

/// Cox and Snell's R2 of a logistic model whose linear predictor is normal in both classes, with equal variances, and
/// has this area under the ROC curve. By numerical integration: Riley's recipe without its simulation.
/// auc in (0.5, 1); prevalence in (0, 1). errors domain
/// source Riley, Van Calster, Collins 2021
double cox_snell_from_auc(double auc, double prevalence);

/// Cox and Snell's R2 of a survival model with this concordance, through Royston's D; event_share: events / patients.
/// concordance in (0.5, 1). errors domain
/// source Jinks, Royston, Parmar 2015; Riley et al. 2019, part II
double cox_snell_from_concordance(double concordance, double event_share);

}  // namespace larc::stats
