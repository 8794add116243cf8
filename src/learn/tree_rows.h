#pragma once
#include <cstdint>
#include <vector>

namespace larc::learn {

/// The rows of a tree's bag while it grows: a node is a range, and splitting a node reorders its range. `draws` says
/// how often the row was drawn, or whatever the grower keeps with it.
class TreeRows {
 public:
  explicit TreeRows(std::size_t most) : row_(most), draws_(most), spare_row_(most), spare_draws_(most) {}

  void clear() { size_ = 0; }
  void add(std::uint32_t row, std::uint32_t draws) {
    row_[size_] = row;
    draws_[size_++] = draws;
  }
  std::uint32_t size() const { return size_; }
  std::uint32_t row(std::uint32_t i) const { return row_[i]; }
  std::uint32_t draws(std::uint32_t i) const { return draws_[i]; }

  /// Rows of [begin, end) whose code is at most `cut` come first, both parts in the order they had; returns where the
  /// second part begins. code (n,) by row
  std::uint32_t split(std::uint32_t begin, std::uint32_t end, const std::uint16_t* code, std::uint32_t cut);

 private:
  std::uint32_t size_ = 0;
  std::vector<std::uint32_t> row_;
  std::vector<std::uint32_t> draws_;
  std::vector<std::uint32_t> spare_row_;
  std::vector<std::uint32_t> spare_draws_;
};

/// A range of TreeRows that waits to be split.
struct TreeRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  int depth = 0;
};

}  // namespace larc::learn
