#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "image/volume.h"

namespace larc::radiomics {

/// A region as one bit a voxel, in rows along x, with a border of one voxel outside all around: 64 voxels are looked at
/// at once. Bit i + 1 of a row is voxel i; all bits beyond are 0.
class BitRows {
 public:
  /// mask  voxels 0 or 1
  explicit BitRows(const image::Mask& mask);

  const image::Index3& size() const { return size_; }
  /// Words of a row. The word after the last may be read: its lowest bit is 0.
  int words() const { return words_; }
  /// j -1 .. size[1], k -1 .. size[2]
  const std::uint64_t* row(int j, int k) const {
    const std::size_t index =
        static_cast<std::size_t>(k + 1) * static_cast<std::size_t>(size_[1] + 2) + static_cast<std::size_t>(j + 1);
    return &bits_[index * static_cast<std::size_t>(words_)];
  }

 private:
  image::Index3 size_;
  int words_;
  std::vector<std::uint64_t> bits_;
};

/// Calls work(begin, end) for every run of voxels begin <= i < end in a row.
template <typename Work>
void for_each_run(const std::uint64_t* row, int words, const Work& work) {
  int begin = -1;
  for (int w = 0; w < words; ++w) {
    // A bit where the row changes from one voxel to the next.
    std::uint64_t change = row[w] ^ (row[w] << 1 | (w == 0 ? 0 : row[w - 1] >> 63));
    for (; change != 0; change &= change - 1) {
      const int voxel = 64 * w + std::countr_zero(change) - 1;
      if (begin < 0) {
        begin = voxel;
      } else {
        work(begin, voxel);
        begin = -1;
      }
    }
  }
}

}  // namespace larc::radiomics
