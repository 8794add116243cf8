#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larc::clinical {

/// The values of a record as the registry keeps them: a JSON object of texts, so that the JSON functions of a database
/// can read it.
std::string encode_content(const std::vector<std::pair<std::string, std::string>>& values);

/// Calls `read` with every name and value, in order; the views hold during the call only. Fast, because a view of a
/// cohort reads millions of values.
/// errors format: not a JSON object of texts
void read_content(std::string_view content, const std::function<void(std::string_view, std::string_view)>& read);

}  // namespace larc::clinical
