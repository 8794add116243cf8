#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace larc {

/// JSON whose keys keep the order in which they were written.
using Json = nlohmann::ordered_json;

/// One JSON document. Doubles are written with the shortest digits that read back as the same double (at most 17);
/// NaN and infinities become null. `indent` < 0 writes one line.
std::string dump_json(const Json& json, int indent = -1);

/// errors format (names the file and the byte), io, not_found
Json read_json(const std::filesystem::path& path);
Json parse_json(const std::string& text, const std::string& name);

/// YAML as JSON: plain scalars become null, booleans, integers or doubles as YAML 1.2 core does; quoted ones stay text.
/// errors format (file and line; more than a million values or 100 levels, aliases counted as often as they stand),
///        not_found
Json read_yaml(const std::filesystem::path& path);
Json parse_yaml(const std::string& text, const std::string& name);

/// A double, or null when it is not finite.
inline Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
/// The double, or NaN when null or absent.
double number_or_nan(const Json& json);

}  // namespace larc
