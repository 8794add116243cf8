#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"
#include "learn/matrix.h"

namespace larc::learn {

/// What encoding learnt of one column; a numeric column has no levels and passes through.
struct EncodeColumn {
  std::string name;
  std::string group;
  ColumnKind kind = ColumnKind::numeric;
  std::string reference;            // the most frequent training level, the first in the alphabet among equals
  std::vector<std::string> levels;  // the others, in alphabetical order; each becomes the 0/1 feature NAME=LEVEL
};

struct EncodeState {
  std::vector<EncodeColumn> columns;
};

/// errors domain: a frame with missing values (impute first)
EncodeState fit_encode(const Frame& training);

/// A level unseen in training gives zero in all its features, as if it were the reference, and one line in `notes`
/// ("COLUMN: 2 rows with a level unseen in training") when that is not null.
/// errors not_found, domain
FeatureMatrix apply_encode(const EncodeState& state, const Frame& frame, std::vector<std::string>* notes = nullptr);

Json to_json(const EncodeState& state);
EncodeState encode_from_json(const Json& json);

}  // namespace larc::learn
