#pragma once
#include <functional>
#include <string>
#include <vector>

#include "learn/model.h"
#include "learn/protocol.h"

namespace larc::learn {

/// What the model of one recipe says of the held-out rows of one split.
struct HeldOutPrediction {
  std::string failure;  // why there is none; the other members are then empty
  std::vector<double> linear;
  std::vector<double> probability;            // binary
  std::vector<std::vector<double>> survival;  // survival: [row][horizon]
  std::vector<bool> high_risk;                // linear above the training median of unseen scores
  std::vector<Coefficient> coefficients;
  std::vector<std::string> notes;
};

/// Predictions of every recipe in one split.
struct SplitResult {
  Split split;
  std::vector<HeldOutPrediction> of_recipe;
};

/// Fits every recipe on the training rows of every split and predicts its held-out rows. Recipes of one split see the
/// same inner folds and share what is the same in them. Splits run in parallel; the results do not depend on threads.
/// A recipe that cannot be fitted in a split fails there with its reason and the others go on.
/// horizons: survival, months; done: called after each split, from any thread
std::vector<SplitResult> run_splits(const Protocol& protocol, const std::vector<Split>& splits,
                                    const std::vector<Recipe>& recipes, const std::vector<double>& horizons,
                                    std::uint64_t seed, int threads, const std::function<void()>& done = {});

}  // namespace larc::learn
