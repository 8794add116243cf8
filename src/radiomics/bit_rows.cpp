#include "radiomics/bit_rows.h"

#include <cstring>

namespace larc::radiomics {

BitRows::BitRows(const image::Mask& mask) : size_(mask.geometry.size), words_((size_[0] + 2 + 63) / 64) {
  const std::size_t rows = static_cast<std::size_t>(size_[1] + 2) * static_cast<std::size_t>(size_[2] + 2);
  bits_.assign(rows * static_cast<std::size_t>(words_) + 1, 0);
  const std::size_t length = static_cast<std::size_t>(size_[0]);
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(words_) * 8 + 8, 0);
  for (int k = 0; k < size_[2]; ++k)
    for (int j = 0; j < size_[1]; ++j) {
      const std::uint8_t* voxels = &mask.voxels[mask.geometry.offset(0, j, k)];
      std::size_t i = 0;
      for (; i + 8 <= length; i += 8) {
        // Eight bytes of 0 or 1 become eight bits: the product moves byte b to bit 56 + b.
        std::uint64_t eight;
        std::memcpy(&eight, voxels + i, 8);
        packed[i / 8] = static_cast<std::uint8_t>((eight * 0x0102040810204080u) >> 56);
      }
      packed[i / 8] = 0;
      for (std::size_t rest = i; rest < length; ++rest)
        packed[i / 8] = static_cast<std::uint8_t>(packed[i / 8] | voxels[rest] << (rest - i));
      std::uint64_t* bits = bits_.data() + (row(j, k) - bits_.data());
      std::uint64_t before = 0;
      for (int w = 0; w < words_; ++w) {
        std::uint64_t word;
        std::memcpy(&word, &packed[static_cast<std::size_t>(w) * 8], 8);
        bits[w] = word << 1 | before >> 63;
        before = word;
      }
    }
}

}  // namespace larc::radiomics
