#pragma once
#include <cstddef>
#include <vector>

namespace larc::learn {

/// The entries at these rows, in their order; nothing of an empty vector, which means "not given". Rows are not
/// checked.
template <typename Value>
std::vector<Value> pick(const std::vector<Value>& values, const std::vector<std::size_t>& rows) {
  std::vector<Value> result;
  if (values.empty()) return result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) result.push_back(values[row]);
  return result;
}

}  // namespace larc::learn
