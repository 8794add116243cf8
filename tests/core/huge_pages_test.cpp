#include "core/huge_pages.h"

#include <gtest/gtest.h>

#include <cstdint>

using namespace larc;

TEST(HugePages, VectorsHoldZerosWhateverTheSystemGives) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{1} << 20}) {
    std::vector<double> values;
    resize_large(values, count);
    ASSERT_EQ(values.size(), count);
    for (const double value : values) ASSERT_EQ(value, 0);
  }
  std::vector<std::uint8_t> bytes;
  resize_large(bytes, 5000001);
  bytes.back() = 7;
  EXPECT_EQ(bytes[5000000], 7);
  advise_huge_pages(nullptr, 0);
}
