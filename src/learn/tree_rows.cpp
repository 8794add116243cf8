#include "learn/tree_rows.h"

namespace larc::learn {

std::uint32_t TreeRows::split(std::uint32_t begin, std::uint32_t end, const std::uint16_t* code, std::uint32_t cut) {
  std::uint32_t left = begin;
  std::uint32_t right = 0;
  for (std::uint32_t i = begin; i < end; ++i) {
    const std::uint32_t row = row_[i];
    const std::uint32_t draws = draws_[i];
    const bool goes_left = code[row] <= cut;
    row_[left] = row;
    draws_[left] = draws;
    spare_row_[right] = row;
    spare_draws_[right] = draws;
    left += goes_left ? 1 : 0;
    right += goes_left ? 0 : 1;
  }
  std::copy_n(spare_row_.begin(), right, row_.begin() + left);
  std::copy_n(spare_draws_.begin(), right, draws_.begin() + left);
  return left;
}

}  // namespace larc::learn
