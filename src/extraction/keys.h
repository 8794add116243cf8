#pragma once
#include <string>
#include <vector>

#include "core/error.h"
#include "core/json.h"

namespace larc::extraction {

/// The known word with the fewest changed letters, whatever the case; empty without known words.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

/// One key of a parameter file, with its place for messages: "params.yaml: setting.binWidth".
class Key {
 public:
  Key(std::string place, const Json& value) : place_(std::move(place)), value_(value) {}
  const std::string& place() const { return place_; }
  const Json& json() const { return value_; }
  bool is_null() const { return value_.is_null(); }

  // errors domain: another type, or outside the range
  bool boolean() const;
  double number() const;
  double positive() const;
  int integer(int minimum, int maximum = 1000000000) const;
  std::string text() const;
  /// The text, one of `choices`.
  std::string choice(const std::vector<std::string>& choices) const;
  std::vector<double> numbers() const;

  Error bad(const std::string& message, ErrorCode code = ErrorCode::domain) const;

 private:
  std::string place_;
  const Json& value_;
};

/// errors domain: says that `key` is unknown at `place`, and which known one is nearest
[[noreturn]] void refuse_unknown(const std::string& place, const std::string& key,
                                 const std::vector<std::string>& known);

}  // namespace larc::extraction
