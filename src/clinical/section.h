#pragma once
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "clinical/expression.h"
#include "clinical/label.h"
#include "core/error.h"
#include "core/json.h"

namespace larc::clinical {

/// A map of the study file that knows where it stands and notices keys nobody asked for. Every reader throws
/// ErrorCode::format and names the key.
class Section {
 public:
  Section(const Json& json, std::string where);

  bool has(const std::string& key) const;
  const Json& raw(const std::string& key);
  std::string text(const std::string& key, std::optional<std::string> fallback = std::nullopt);
  double number(const std::string& key, double fallback);
  int integer(const std::string& key, int fallback, int lower);
  bool flag(const std::string& key, bool fallback);
  std::vector<std::string> texts(const std::string& key);
  std::vector<double> numbers(const std::string& key);
  Label label(const std::string& key, const std::string& fallback);
  std::string choice(const std::string& key, const std::vector<std::string>& choices, const std::string& fallback);
  Expression expression(const std::string& key);
  Section section(const std::string& key);
  std::vector<std::pair<std::string, Section>> sections(const std::string& key);
  const std::string& where() const { return where_; }
  /// To be called when all keys were asked for.
  void finish() const;
  [[noreturn]] void fail(const std::string& key, const std::string& what, ErrorCode code = ErrorCode::format) const;

 private:
  const Json& json_;
  std::string where_;
  std::set<std::string> used_;
};

}  // namespace larc::clinical
