#include "stats/large_buffer.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace larc::stats {

namespace {

constexpr std::size_t kLargePage = std::size_t{1} << 21;

}  // namespace

LargeBuffer::LargeBuffer(std::size_t size) {
  if (size == 0) return;
  std::size_t bytes = size * sizeof(double);
  const bool large = bytes >= 2 * kLargePage;
  const std::size_t alignment = large ? kLargePage : 64;
  bytes = (bytes + alignment - 1) / alignment * alignment;
  data_ = static_cast<double*>(std::aligned_alloc(alignment, bytes));
  if (data_ == nullptr) throw std::bad_alloc();
#ifdef __linux__
  if (large) madvise(data_, bytes, MADV_HUGEPAGE);  // a wish only
#endif
  std::memset(data_, 0, bytes);
}

LargeBuffer::~LargeBuffer() {
  std::free(data_);
}

LargeBuffer::LargeBuffer(LargeBuffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}

LargeBuffer& LargeBuffer::operator=(LargeBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}

}  // namespace larc::stats
