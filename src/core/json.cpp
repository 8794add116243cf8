#include "core/json.h"

#include <yaml-cpp/yaml.h>

#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"

namespace larc {

std::string dump_json(const Json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

Json parse_json(const std::string& text, const std::string& name) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::format, name + " is not valid JSON: " + error.what());
  }
}

Json read_json(const std::filesystem::path& path) {
  return parse_json(read_file(path), path.string());
}

double number_or_nan(const Json& json) {
  return json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

namespace {

Json scalar(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const auto integer = parse_integer(text)) return *integer;
  if (text == ".nan" || text == ".NaN" || text == ".inf" || text == "-.inf") return text;
  const bool looks_numeric = text.find_first_of("0123456789") != std::string::npos &&
                             text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (looks_numeric) {
    if (const auto value = parse_double(text)) return *value;
  }
  return text;
}

/// Aliases can make a few lines stand for more values than any memory holds, and keys are looked up one by one.
constexpr std::size_t kMaximumValues = 1'000'000;
constexpr std::size_t kMaximumKeys = 10'000;
constexpr int kMaximumDepth = 100;

/// used   values so far; a long text counts as many
Json convert(const YAML::Node& node, const std::string& name, std::size_t& used, int depth) {
  used += 1 + (node.IsScalar() ? node.Scalar().size() / 64 : 0);
  if (used > kMaximumValues || depth > kMaximumDepth || (node.IsMap() && node.size() > kMaximumKeys))
    throw Error(ErrorCode::format,
                name +
                    " holds more than larc reads (a million values, 10,000 keys in a map, 100 levels); check its "
                    "aliases (&, *)");
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return scalar(node);
    case YAML::NodeType::Sequence: {
      Json list = Json::array();
      for (const auto& item : node) list.push_back(convert(item, name, used, depth + 1));
      return list;
    }
    case YAML::NodeType::Map: {
      Json map = Json::object();
      for (const auto& item : node) {
        const std::string key = item.first.Scalar();
        if (map.contains(key))
          throw Error(ErrorCode::format, name + " line " + std::to_string(item.first.Mark().line + 1) + ": key '" +
                                             key + "' stands twice; keep one");
        map[key] = convert(item.second, name, used, depth + 1);
      }
      return map;
    }
    default:
      return nullptr;
  }
}

}  // namespace

Json parse_yaml(const std::string& text, const std::string& name) {
  try {
    std::size_t used = 0;
    return convert(YAML::Load(text), name, used, 0);
  } catch (const YAML::Exception& error) {
    throw Error(ErrorCode::format,
                name + " line " + std::to_string(error.mark.line + 1) + " is not valid YAML: " + error.msg);
  }
}

Json read_yaml(const std::filesystem::path& path) {
  return parse_yaml(read_file(path), path.string());
}

}  // namespace larc
