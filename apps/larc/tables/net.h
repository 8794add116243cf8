#pragma once
#include "learn/elastic_net_path.h"
#include "tables/analysis.h"

namespace larc::app {

/// What `coxnet` and `logitnet` share: columns, penalty, lambdas, cross-validation.
struct NetOptions : TableOptions {
  std::string covariates, features_from, unpenalized, weights, offset, fold_column;
  std::string lambda, penalty_factor;
  double alpha = 1.0;
  int n_lambda = 100;
  double lambda_min_ratio = 0.0;
  bool no_standardize = false, adaptive = false, cv = false;
  int folds = 10;
};

void add_net_options(CLI::App& analysis, NetOptions& options);

/// The columns of the model; those of the outcome, in `others`, are left out of --features-from.
/// errors usage: neither or both of --covariates and --features-from; not_found
std::vector<std::string> net_columns(const StatsTable& table, const NetOptions& options,
                                     const std::vector<std::string>& others);

/// Fits and answers. `table` holds complete rows of `columns`, the outcome and the columns that the options name.
void answer_net(const StatsTable& table, const std::vector<std::string>& columns, learn::LossData outcome,
                const NetOptions& options, const Context& context);

}  // namespace larc::app
