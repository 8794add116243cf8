#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larc::clinical {

/// The values of a record that share a date, a reader and an instance.
struct ContentPart {
  std::string valid_at, reader, instance;                   // as in Observation
  std::vector<std::pair<std::string, std::string>> values;  // variable and text; empty withdraws
};

/// The values of a record as the registry keeps them: a JSON list of parts, so that the JSON functions of a database
/// can read it. What is empty is left out:
///   [{"values":{"age":"61"}},{"valid_at":"2024-01-05","reader":"r1","values":{"length":"5"}}]
std::string encode_content(const std::vector<ContentPart>& parts);

/// The views hold during the call only.
struct ContentReader {
  std::function<void(std::string_view valid_at, std::string_view reader, std::string_view instance)> part;
  std::function<void(std::string_view variable, std::string_view value)> value;
};

/// Every part and its values, in order. Fast, because a view of a cohort reads millions of values.
/// errors format: not as `encode_content` writes
void read_content(std::string_view content, const ContentReader& read);

}  // namespace larc::clinical
