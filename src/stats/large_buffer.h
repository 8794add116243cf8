#pragma once
#include <cstddef>

namespace larc::stats {

/// Doubles, all 0 at first, for tables of millions: a large one asks the system for large pages, without which touching
/// fresh memory costs as much as the arithmetic. Moves, does not copy.
class LargeBuffer {
 public:
  LargeBuffer() = default;
  explicit LargeBuffer(std::size_t size);
  ~LargeBuffer();
  LargeBuffer(LargeBuffer&& other) noexcept;
  LargeBuffer& operator=(LargeBuffer&& other) noexcept;
  LargeBuffer(const LargeBuffer&) = delete;
  LargeBuffer& operator=(const LargeBuffer&) = delete;
  double* data() const { return data_; }
  double operator[](std::size_t i) const { return data_[i]; }

 private:
  double* data_ = nullptr;
};

}  // namespace larc::stats
