#pragma once
#include <cstddef>
#include <vector>

namespace larc {

/// Asks the system to back memory that was not touched yet with large pages, where it has them: a whole image then
/// costs a few faults instead of one every 4 kB. A hint; nothing but time depends on it.
void advise_huge_pages(void* begin, std::size_t bytes);

/// Zeros. For vectors the size of an image, new ones only.
template <typename T>
void resize_large(std::vector<T>& values, std::size_t count) {
  values.reserve(count);
  advise_huge_pages(values.data(), count * sizeof(T));
  values.resize(count);
}

}  // namespace larc
