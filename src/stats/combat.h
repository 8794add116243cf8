#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/json.h"

namespace larc::stats {

struct CombatSettings {
  bool parametric = true;       // priors: normal and inverse gamma; otherwise the other features themselves
  bool mean_only = false;       // batches differ by a shift alone, not in spread
  bool empirical_bayes = true;  // false: each feature's own estimates, no borrowing between features
  std::string reference;        // batch that stays as it is and that the others are moved to; empty: the pooled mean
};

/// What was learnt from the training rows; new rows of the same batches are harmonised by it.
struct CombatState {
  CombatSettings settings;              // mean_only as it was used in the end
  std::vector<std::string> batches;     // (b,) in order of name
  std::vector<std::size_t> batch_rows;  // (b,) training rows
  std::vector<bool> adjusted;           // (p,) false: the feature is passed through, see notes
  Eigen::VectorXd mean;                 // (p,) pooled mean, or that of the reference, covariates at 0
  Eigen::VectorXd variance;             // (p,) pooled
  Eigen::MatrixXd covariate_coef;       // (c, p) effects that are kept
  Eigen::MatrixXd shift;                // (b, p) of each batch, in units of the pooled standard deviation
  Eigen::MatrixXd spread;               // (b, p) variance of each batch as a multiple of the pooled one
  std::vector<std::string> notes;
};

/// Learns how batches (centres, scanners) differ in location and spread of each feature.
/// values     (n, p) NaN where missing: missing values stay missing and count for nothing
/// batch      (n,)   at least two different names
/// covariates (n, c) effects to keep, c may be 0: only what is given here is kept. Never give the outcome that is to be
///                   predicted: it would be written into the features.
/// As in sva: a batch of one row makes it mean-only, with a note; a feature that is constant within a batch of several
/// rows is passed through, with a note (so is one with too few values in a batch, where sva gives nothing at all). With
/// missing values pooled variances divide by n - 1, without by n. Weights of the non-parametric priors are taken from
/// logarithms, so that batches of several hundred rows do not underflow (sva gives missing values there).
/// errors shape_mismatch, domain: one batch, infinite values, missing covariates, covariates confounded with batch or
/// with each other, unknown reference, fewer than two usable features with empirical Bayes
/// source Johnson, Li, Rabinovic 2007; Zhang et al. 2018 (mean only, reference); sva 3.46 for every convention
CombatState fit_combat(const Eigen::MatrixXd& values, const std::vector<std::string>& batch,
                       const Eigen::MatrixXd& covariates = {}, const CombatSettings& settings = {});

struct CombatResult {
  Eigen::MatrixXd values;           // (n, p)
  std::vector<std::string> unseen;  // batches the state does not know, in order of name; their rows are unchanged
  std::size_t unseen_rows = 0;
};

/// Rows of the reference and rows of a batch that was not in training pass through unchanged: an unseen batch is on its
/// own scale, and whoever uses its values must say so. Training rows come out as sva gives them.
/// errors shape_mismatch, domain (missing covariates, infinite values)
CombatResult apply_combat(const CombatState& state, const Eigen::MatrixXd& values,
                          const std::vector<std::string>& batch, const Eigen::MatrixXd& covariates = {});

/// The state as JSON and back, digit for digit. errors format: not a state
Json combat_to_json(const CombatState& state);
CombatState combat_from_json(const Json& json);

}  // namespace larc::stats
