#include "clinical/section.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace larc::clinical {

Json to_json(const Label& label) {
  return {{"en", label.en}, {"zh", label.zh}};
}

Section::Section(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
  if (!json.is_object() && !json.is_null()) fail("", "must be a map of keys");
}

bool Section::has(const std::string& key) const {
  return json_.is_object() && json_.contains(key) && !json_.at(key).is_null();
}

const Json& Section::raw(const std::string& key) {
  used_.insert(key);
  static const Json kNull;
  return has(key) ? json_.at(key) : kNull;
}

std::string Section::text(const std::string& key, std::optional<std::string> fallback) {
  const Json& value = raw(key);
  if (value.is_null()) return fallback ? *fallback : (fail(key, "is missing"), "");
  if (value.is_number() || value.is_boolean()) return dump_json(value);
  if (!value.is_string()) fail(key, "must be a text");
  return value.get<std::string>();
}

double Section::number(const std::string& key, double fallback) {
  const Json& value = raw(key);
  if (value.is_null()) return fallback;
  if (!value.is_number()) fail(key, "must be a number");
  return value.get<double>();
}

int Section::integer(const std::string& key, int fallback, int lower) {
  const Json& value = raw(key);
  if (value.is_null()) return fallback;
  if (!value.is_number_integer() || value.get<long>() < lower)
    fail(key, "must be a whole number of at least " + std::to_string(lower));
  return value.get<int>();
}

bool Section::flag(const std::string& key, bool fallback) {
  const Json& value = raw(key);
  if (value.is_null()) return fallback;
  if (!value.is_boolean()) fail(key, "must be true or false");
  return value.get<bool>();
}

std::vector<std::string> Section::texts(const std::string& key) {
  const Json& value = raw(key);
  std::vector<std::string> list;
  if (value.is_null()) return list;
  if (value.is_string()) return {value.get<std::string>()};
  if (!value.is_array()) fail(key, "must be a list");
  for (const Json& item : value) list.push_back(item.is_string() ? item.get<std::string>() : dump_json(item));
  return list;
}

std::vector<double> Section::numbers(const std::string& key) {
  const Json& value = raw(key);
  if (value.is_null()) return {};
  if (value.is_number()) return {value.get<double>()};
  if (!value.is_array()) fail(key, "must be a list of numbers");
  std::vector<double> list;
  for (const Json& item : value) {
    if (!item.is_number()) fail(key, "must be a list of numbers");
    list.push_back(item.get<double>());
  }
  return list;
}

Label Section::label(const std::string& key, const std::string& fallback) {
  const Json& value = raw(key);
  if (value.is_null()) return {fallback, fallback};
  if (value.is_string()) return {value.get<std::string>(), value.get<std::string>()};
  Section section(value, where_ + "." + key);
  Label label;
  label.en = section.text("en", fallback);
  label.zh = section.text("zh", label.en);
  section.finish();
  return label;
}

std::string Section::choice(const std::string& key, const std::vector<std::string>& choices,
                            const std::string& fallback) {
  const std::string value = text(key, fallback);
  if (std::find(choices.begin(), choices.end(), value) == choices.end())
    fail(key, "is '" + value + "', one of " + join(choices, ", ") + " is wanted");
  return value;
}

Expression Section::expression(const std::string& key) {
  const std::string source = text(key);
  return in_context(where_ + "." + key, [&] { return Expression::parse(source); });
}

Section Section::section(const std::string& key) {
  return Section(raw(key), where_.empty() ? key : where_ + "." + key);
}

std::vector<std::pair<std::string, Section>> Section::sections(const std::string& key) {
  std::vector<std::pair<std::string, Section>> list;
  const Json& value = raw(key);
  if (value.is_null()) return list;
  if (!value.is_object()) fail(key, "must be a map of keys");
  for (const auto& [id, item] : value.items()) list.emplace_back(id, Section(item, where_ + key + "." + id));
  return list;
}

void Section::finish() const {
  if (!json_.is_object()) return;
  for (const auto& [key, value] : json_.items())
    if (!used_.contains(key))
      fail(key, "is not a key larc knows here; known: " + join({used_.begin(), used_.end()}, ", "));
}

void Section::fail(const std::string& key, const std::string& what, ErrorCode code) const {
  throw Error(code, "key '" + where_ + (where_.empty() || key.empty() ? "" : ".") + key + "' " + what);
}

}  // namespace larc::clinical
