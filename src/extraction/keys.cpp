#include "extraction/keys.h"

#include <numeric>

#include "core/number.h"
#include "core/text.h"

namespace larc::extraction {

namespace {

// Levenshtein 1966.
std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t fewest = 0;
  for (const std::string& candidate : known) {
    const std::size_t count = edits(to_lower(word), to_lower(candidate));
    if (best.empty() || count < fewest) best = candidate, fewest = count;
  }
  return best;
}

Error Key::bad(const std::string& message, ErrorCode code) const {
  return Error(code, place_ + " " + message);
}

bool Key::boolean() const {
  if (!value_.is_boolean()) throw bad("must be true or false, it is " + dump_json(value_));
  return value_.get<bool>();
}

double Key::number() const {
  if (!value_.is_number()) throw bad("must be a number, it is " + dump_json(value_));
  return value_.get<double>();
}

double Key::positive() const {
  const double value = number();
  if (!(value > 0) || !std::isfinite(value)) throw bad("must be positive, it is " + dump_json(value_));
  return value;
}

int Key::integer(int minimum, int maximum) const {
  const double value = number();
  if (value != std::round(value)) throw bad("must be a whole number, it is " + dump_json(value_));
  if (!(value >= minimum && value <= maximum))
    throw bad("must lie between " + std::to_string(minimum) + " and " + std::to_string(maximum) + ", it is " +
              dump_json(value_));
  return static_cast<int>(value);
}

std::string Key::text() const {
  if (!value_.is_string()) throw bad("must be text, it is " + dump_json(value_));
  return value_.get<std::string>();
}

std::string Key::choice(const std::vector<std::string>& choices) const {
  const std::string word = text();
  if (std::find(choices.begin(), choices.end(), word) == choices.end())
    throw bad("is '" + word + "'; choose one of " + join(choices, ", "));
  return word;
}

std::vector<double> Key::numbers() const {
  if (!value_.is_array()) throw bad("must be a list of numbers, it is " + dump_json(value_));
  std::vector<double> values;
  for (const Json& item : value_) values.push_back(Key(place_, item).number());
  return values;
}

void refuse_unknown(const std::string& place, const std::string& key, const std::vector<std::string>& known) {
  throw Error(ErrorCode::domain, place + ": key '" + key + "' is unknown; did you mean '" + nearest(key, known) + "'?");
}

}  // namespace larc::extraction
