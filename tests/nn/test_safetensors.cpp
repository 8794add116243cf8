#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "nn/safetensors.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using larc::nn::test::expect_error;

namespace {

/// A file of this header and `values` bytes of data.
std::string file_of(const std::string& header, std::size_t values) {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(values, '\0');
}

std::string entry(const std::string& name, const std::string& shape, std::size_t begin, std::size_t end,
                  const std::string& dtype = "F32") {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" +
         std::to_string(begin) + "," + std::to_string(end) + "]}";
}

void expect_damaged(const std::string& bytes, const std::string& words) {
  expect_error(ErrorCode::format, words, [&] { read_safetensors(bytes); });
}

}  // namespace

TEST(Safetensors, RoundTripIsExact) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Tensor> tensors = {{"b", {2, 3}, {1.5F, -0.0F, 1e-42F, 4.0F, nan, 0.1F}},
                                       {"a", {}, {0.125F}},
                                       {"empty", {0, 3}, {}},
                                       {"\xc3\xa9t\xc3\xa9 \"x\"", {1}, {7.0F}}};
  const std::string bytes = write_safetensors(tensors, {{"k", "v"}, {"j", ""}});
  const TensorFile file = read_safetensors(bytes);
  ASSERT_EQ(file.tensors.size(), tensors.size());
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{{"k", "v"}, {"j", ""}}));
  for (const auto& tensor : tensors) {
    const auto found = std::ranges::find(file.tensors, tensor.name, &Tensor::name);
    ASSERT_NE(found, file.tensors.end()) << tensor.name;
    EXPECT_EQ(found->shape, tensor.shape);
    ASSERT_EQ(found->data.size(), tensor.data.size());
    if (!tensor.data.empty()) {
      EXPECT_EQ(std::memcmp(found->data.data(), tensor.data.data(), tensor.data.size() * 4), 0) << tensor.name;
    }
  }
  EXPECT_EQ(write_safetensors(file.tensors, file.metadata), bytes);
}

// Oracle: the bytes that the format's own Rust library (safetensors 0.3 to 0.6, its test of serialisation) states for
// one tensor attn.0 of shape 1 x 2 x 3 with values 0..5; equal to the bit, since the format leaves no freedom here.
TEST(Safetensors, BytesEqualTheReferenceLibrary) {
  const std::string bytes = write_safetensors({{"attn.0", {1, 2, 3}, {0, 1, 2, 3, 4, 5}}}, {});
  std::string expected("\x40\0\0\0\0\0\0\0", 8);
  expected += R"({"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}})";
  expected += std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\x40", 24);
  EXPECT_EQ(bytes, expected);
}

TEST(Safetensors, NothingAtAllIsAFile) {
  const TensorFile file = read_safetensors(write_safetensors({}, {}));
  EXPECT_TRUE(file.tensors.empty());
  EXPECT_TRUE(file.metadata.empty());
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string bytes = write_safetensors({{"x", {3}, {1, 2, 3}}, {"y", {2, 2}, {4, 5, 6, 7}}}, {{"k", "v"}});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(read_safetensors(bytes.substr(0, length)), Error) << length;
  }
  expect_damaged(bytes + "x", "left over");
}

TEST(Safetensors, DamagedHeadersAreRefused) {
  expect_damaged("1234567", "fewer than 8 bytes");
  expect_damaged(std::string(8, '\xff') + "{}", "the header should have 18446744073709551615 bytes");
  expect_damaged(std::string("\x01\xe1\xf5\x05\0\0\0\0", 8) + std::string(100, ' '),
                 "the header should have 100000001");
  expect_damaged(file_of("{", 0), "not valid JSON");
  expect_damaged(file_of("[]", 0), "not a JSON object");
  expect_damaged(file_of("{\"x\":3}", 0), "lacks dtype");
  expect_damaged(file_of("{" + entry("x", "[1]", 0, 4) + "," + entry("x", "[1]", 4, 8) + "}", 8), "names 'x' twice");
  expect_damaged(file_of("{\"__metadata__\":[]}", 0), "__metadata__ is not");
  expect_damaged(file_of("{\"__metadata__\":{\"k\":1}}", 0), "'k' is not text");
}

TEST(Safetensors, OffsetsMustTileTheValues) {
  const auto two = [](std::size_t begin, std::size_t end, std::size_t begin2, std::size_t end2) {
    return "{" + entry("x", "[2]", begin, end) + "," + entry("y", "[2]", begin2, end2) + "}";
  };
  EXPECT_EQ(read_safetensors(file_of(two(8, 16, 0, 8), 16)).tensors.front().name, "y");
  expect_damaged(file_of(two(0, 8, 4, 12), 12), "'y' overlaps another");
  expect_damaged(file_of(two(0, 8, 0, 8), 8), "overlaps another");
  expect_damaged(file_of(two(0, 8, 12, 20), 20), "preceded by a hole");
  expect_damaged(file_of(two(4, 12, 12, 20), 20), "'x' is preceded by a hole");
  expect_damaged(file_of("{" + entry("x", "[2]", 0, 8) + "}", 4), "outside the file");
  expect_damaged(file_of("{" + entry("x", "[2]", 8, 0) + "}", 8), "outside the file");
  expect_damaged(file_of("{" + entry("x", "[3]", 0, 8) + "}", 8), "disagree");
  expect_damaged(file_of("{" + entry("x", "[4294967296,4294967296]", 0, 8) + "}", 8), "impossible shape");
  expect_damaged(file_of("{" + entry("x", "[-2]", 0, 8) + "}", 8), "non-negative integer");
  expect_damaged(file_of("{" + entry("x", "[2.0]", 0, 8) + "}", 8), "non-negative integer");
  expect_damaged(file_of("{" + entry("x", "2", 0, 8) + "}", 8), "not a list");
  expect_damaged(file_of(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}})", 8), "two values");
}

TEST(Safetensors, OtherTypesAreUnsupported) {
  for (const char* dtype : {"F16", "I64", "F64", "NONE"}) {
    expect_error(ErrorCode::unsupported, dtype,
                 [&] { read_safetensors(file_of("{" + entry("x", "[2]", 0, 4, dtype) + "}", 4)); });
  }
  expect_damaged(file_of(R"({"x":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})", 8), "not text");
}

TEST(Safetensors, WriterRefusesWhatCannotBeRead) {
  expect_error(ErrorCode::shape_mismatch, "'x' has 3 values", [] { write_safetensors({{"x", {2}, {1, 2, 3}}}, {}); });
  expect_error(ErrorCode::conflict, "'x'", [] { write_safetensors({{"x", {1}, {1}}, {"x", {1}, {2}}}, {}); });
  expect_error(ErrorCode::domain, "cannot be named ''", [] { write_safetensors({{"", {1}, {1}}}, {}); });
  expect_error(ErrorCode::domain, "__metadata__", [] { write_safetensors({{"__metadata__", {1}, {1}}}, {}); });
}
