#include <gtest/gtest.h>

#include <clocale>
#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "support/test_data.h"

namespace larc {
namespace {

TEST(Error, CarriesContextFromInsideOut) {
  try {
    in_context("file a.csv",
               [] { in_context("row 3", []() -> void { throw Error(ErrorCode::domain, "not a number"); }); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "file a.csv: row 3: not a number");
    EXPECT_EQ(error.message(), "not a number");
    EXPECT_EQ(exit_code(error.code()), 3);
  }
  EXPECT_EQ(exit_code(ErrorCode::usage), 2);
  EXPECT_EQ(exit_code(ErrorCode::not_ready), 4);
  EXPECT_EQ(exit_code(ErrorCode::refused), 5);
  EXPECT_EQ(exit_code(ErrorCode::internal), 1);
}

TEST(Number, RoundTripsEveryDouble) {
  Random random(7);
  for (int i = 0; i < 10000; ++i) {
    const double value = std::ldexp(random.uniform(-1, 1), static_cast<int>(random.below(600)) - 300);
    EXPECT_EQ(parse_double(format_double(value)).value(), value);
    EXPECT_EQ(parse_json(dump_json(Json(value)), "x").get<double>(), value);
  }
}

TEST(Number, IgnoresTheLocaleAndRefusesText) {
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  EXPECT_EQ(parse_double(" +1.5 ").value(), 1.5);
  EXPECT_FALSE(parse_double("1,5").has_value());
  EXPECT_FALSE(parse_double("").has_value());
  EXPECT_FALSE(parse_double("1 2").has_value());
  EXPECT_EQ(format_fixed(2.5, 2), "2.50");
  std::setlocale(LC_ALL, "C");
}

TEST(Json, WritesUndefinedNumbersAsNull) {
  EXPECT_EQ(dump_json(Json{{"a", kNaN}}), "{\"a\":null}");
  EXPECT_TRUE(std::isnan(number_or_nan(Json(nullptr))));
}

TEST(Json, NamesTheFileOfBrokenInput) {
  EXPECT_THROW(parse_json("{", "a.json"), Error);
  try {
    parse_yaml("a: [1, 2\nb: 3\n", "study.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("study.yaml line"), std::string::npos);
  }
  EXPECT_THROW(parse_yaml("a: 1\na: 2\n", "study.yaml"), Error);
}

TEST(Json, ReadsYamlScalarsByTheirKind) {
  const Json json = parse_yaml("a: 1\nb: 1.5\nc: '1'\nd: true\ne: ~\nf: 1a\ng: [x, -2e3]\n", "t");
  EXPECT_TRUE(json["a"].is_number_integer());
  EXPECT_EQ(json["b"], 1.5);
  EXPECT_EQ(json["c"], "1");
  EXPECT_EQ(json["d"], true);
  EXPECT_TRUE(json["e"].is_null());
  EXPECT_EQ(json["f"], "1a");
  EXPECT_EQ(json["g"][1], -2000.0);
}

TEST(Hash, MatchesTheStandardsExample) {
  // FIPS 180-2, appendix B.1
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "a", "abc");
  EXPECT_EQ(sha256_file(folder.path() / "a"), sha256("abc"));
}

TEST(File, ReplacesWholeOrNotAtAll) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "sub" / "a", "one");
  write_file_atomic(folder.path() / "sub" / "a", "two");
  EXPECT_EQ(read_file(folder.path() / "sub" / "a"), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path() / "sub"), {}), 1);
  EXPECT_THROW(read_file(folder.path() / "absent"), Error);
  EXPECT_THROW(read_file(folder.path()), Error);
}

TEST(Random, DoesNotDependOnOrder) {
  EXPECT_EQ(derive_seed(1, "fold", 2, 3), derive_seed(1, "fold", 2, 3));
  EXPECT_NE(derive_seed(1, "fold", 2, 3), derive_seed(1, "fold", 3, 2));
  EXPECT_NE(derive_seed(1, "fold"), derive_seed(2, "fold"));
}

TEST(Random, HasTheMomentsItPromises) {
  Random random(3);
  double sum = 0, squares = 0, uniform = 0;
  constexpr int kDraws = 200000;
  for (int i = 0; i < kDraws; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    uniform += random.uniform();
  }
  // 5 standard errors
  EXPECT_NEAR(sum / kDraws, 0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 5 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(uniform / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
}

TEST(Random, PermutationHoldsEveryIndexOnce) {
  auto order = Random(5).permutation(100);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

TEST(Parallel, RunsEachOnceAndRethrowsTheLowest) {
  for (const int threads : {1, 2, 7}) {
    std::vector<int> done(1000, 0);
    parallel_for(done.size(), threads, [&](std::size_t i) { ++done[i]; });
    EXPECT_EQ(std::count(done.begin(), done.end(), 1), 1000);
    std::fill(done.begin(), done.end(), 0);
    try {
      parallel_for(done.size(), threads, [&](std::size_t i) {
        ++done[i];
        if (i == 700 || i == 300) throw Error(ErrorCode::domain, std::to_string(i));
      });
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "300");
    }
    EXPECT_EQ(std::count(done.begin(), done.end(), 1), 1000);
  }
}

TEST(Text, MatchesGlobs) {
  EXPECT_TRUE(glob_match("*t2*", "ax t2 tse"));
  EXPECT_FALSE(glob_match("*t2", "ax t2 tse"));
  EXPECT_TRUE(glob_match("GTV?", "GTV1"));
  EXPECT_FALSE(glob_match("a/*", "a/b/c"));
  EXPECT_TRUE(glob_match("a/**", "a/b/c"));
  EXPECT_EQ(trim(" a b\t"), "a b");
  EXPECT_EQ(split("a,,b", ',').size(), 3u);
}

TEST(Progress, WritesDurationsForPeople) {
  EXPECT_EQ(format_duration(65), "1:05");
  EXPECT_EQ(format_duration(7384), "2:03:04");
}

TEST(File, WhatCannotTakeItsPlaceIsNotLeftBehind) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "taken" / "inside", "x");  // a folder stands where the file is to be
  EXPECT_THROW(write_file_atomic(folder.path() / "taken", "new"), Error);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename().string());
  EXPECT_EQ(names, std::vector<std::string>{"taken"});
  const std::string large(300'000, 'y');  // beyond the buffer
  write_file_atomic(folder.path() / "large", large);
  EXPECT_EQ(read_file(folder.path() / "large"), large);
}

TEST(Hash, PartsDoNotRunIntoEachOther) {
  EXPECT_EQ(hash_of({"a", "bc"}), sha256("1:a2:bc"));
  EXPECT_NE(hash_of({"a", "bc"}), hash_of({"ab", "c"}));
}

}  // namespace
}  // namespace larc
