#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "study/series_attributes.h"

namespace larc::study {

/// What study.yaml asks of a series. Attributes are taken together (all must fit); of the texts of one attribute any
/// may fit. `any`, `all` and `none` hold further rules. A rule that asks for nothing fits nothing.
///
///   dicom:
///     modality: MR
///     series_description: ["*t2*", "*tse*"]    # globs, case-insensitive; "" is an absent attribute
///     slices: ">= 12"                          # bounds: >=, >, <=, <
///     in_plane_mm: 0.3 .. 1.0                  # a range, both ends included
///     none: [{orientation: sagittal}]
struct SeriesRule {
  std::map<std::string, std::vector<std::string>> attributes;
  std::vector<SeriesRule> any, all, none;
  bool empty() const { return attributes.empty() && any.empty() && all.empty() && none.empty(); }
};

/// where  of the study file, for errors
/// errors format: an unknown attribute, a bound that is no number
SeriesRule parse_series_rule(const Json& rule, const std::string& where);

bool fits(const SeriesRule& rule, const SeriesAttributes& attributes);

/// What a sequence is called, by the first rule that fits.
struct SequenceRule {
  std::string name;
  SeriesRule rule;
};

/// errors as parse_series_rule
std::vector<SequenceRule> parse_sequences(const Json& rules, const std::string& where);

/// "other" when none fits.
std::string sequence_of(const std::vector<SequenceRule>& rules, const SeriesAttributes& attributes);

}  // namespace larc::study
