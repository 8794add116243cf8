#include "core/base64.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace larc;

// oracle: the test vectors of RFC 4648, section 10
TEST(Base64, StandardVectors) {
  const char* pairs[][2] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : pairs) {
    EXPECT_EQ(encode_base64(plain), text);
    EXPECT_EQ(decode_base64(text), plain);
  }
}

TEST(Base64, NumbersKeepEveryBit) {
  const std::vector<double> values{0.1, -0.0, 5e-324, std::numeric_limits<double>::infinity(), 1.0 / 3.0};
  const std::vector<double> back = unpack_numbers<double>(pack_numbers(values));
  ASSERT_EQ(back.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(back[i], values[i]);
    EXPECT_EQ(std::signbit(back[i]), std::signbit(values[i]));
  }
  EXPECT_TRUE(unpack_numbers<double>("").empty());
}

TEST(Base64, DamagedTextIsRefused) {
  for (const char* text : {"Zg=", "Zg=a", "Z===", "=g==", "Zm9v=g==", "Zg==Zg==", "Zm 9", "Zm9\xff"})
    EXPECT_THROW(decode_base64(text), Error) << text;
  EXPECT_THROW(unpack_numbers<double>("Zm9v"), Error);
}
