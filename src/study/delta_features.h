#pragma once
#include <optional>

#include "study/extraction_rule.h"
#include "study/rule_features.h"

namespace larc::study {

/// The change of each feature of either rule from `from` to `of`, NaN with a reason where one is absent or undefined.
/// Where both were perturbed as often, so is the change.
/// prefixes  of the two rules, which the names of features lose
/// days      between the images; empty: unknown, which per_week needs
RuleFeatures compute_delta(const DeltaRule& rule, const RuleFeatures& of, const std::string& of_prefix,
                           const RuleFeatures& from, const std::string& from_prefix, std::optional<double> days);

}  // namespace larc::study
