#include <gtest/gtest.h>

#include "clinical/expression.h"
#include "clinical/rectal.h"
#include "core/error.h"

namespace larc::clinical {
namespace {

Datum evaluate(const std::string& text, const std::map<std::string, Datum>& values = {}) {
  return Expression::parse(text).evaluate([&](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? Datum{} : found->second;
  });
}

TEST(Expression, ComputesAndCompares) {
  EXPECT_EQ(evaluate("1 + 2 * 3 - 4 / 2"), Datum(5.0));
  EXPECT_EQ(evaluate("-(1 + 2) < 0"), Datum(true));
  EXPECT_EQ(evaluate("x in ['a', 'b']", {{"x", std::string("b")}}), Datum(true));
  EXPECT_EQ(evaluate("x != 'a'", {{"x", std::string("b")}}), Datum(true));
  EXPECT_EQ(evaluate("x in [-1, 2, true]", {{"x", -1.0}}), Datum(true));
  EXPECT_EQ(evaluate("if(x > 1, 'a', 'b')", {{"x", 1.0}}), Datum(std::string("b")));
  EXPECT_EQ(evaluate("max(1, x, 2)", {{"x", 7.0}}), Datum(7.0));
}

TEST(Expression, KeepsUnknownUnknown) {
  EXPECT_TRUE(is_unknown(evaluate("x > 1")));
  EXPECT_TRUE(is_unknown(evaluate("x > 1 and true")));
  EXPECT_EQ(evaluate("x > 1 and false"), Datum(false));
  EXPECT_EQ(evaluate("x > 1 or true"), Datum(true));
  EXPECT_TRUE(is_unknown(evaluate("x > 1 or false")));
  EXPECT_TRUE(is_unknown(evaluate("not x")));
  EXPECT_EQ(evaluate("known(x)"), Datum(false));
  EXPECT_TRUE(is_unknown(evaluate("x in [1, 2]")));
  EXPECT_TRUE(is_unknown(evaluate("1 / 0")));
  EXPECT_EQ(evaluate("coalesce(x, 3)"), Datum(3.0));
}

TEST(Expression, CountsMonthsOf30Point4375Days) {
  EXPECT_EQ(evaluate("months('2020-01-01', '2024-01-01')"), Datum(1461 / 30.4375));
  EXPECT_TRUE(is_unknown(evaluate("months(a, b)", {{"a", std::string("2020-01-01")}})));
  EXPECT_THROW(evaluate("months('2020-02-30', '2024-01-01')"), Error);
}

TEST(Expression, ReadsRealDatesOnly) {
  EXPECT_EQ(parse_date("1970-01-02").value(), 1);
  EXPECT_TRUE(parse_date("2024-02-29").has_value());
  for (const char* text : {"2023-02-29", "2023-13-01", "23-01-01", "2023/01/01", "2023-1-1", ""})
    EXPECT_FALSE(parse_date(text).has_value()) << text;
}

TEST(Expression, SaysWhereItIsBroken) {
  for (const char* text : {"", "a ==", "(a", "a b", "f(x)", "a in 'x'", "'a", "months(a)", "a in ['x'", "1.2.3",
                           "a in [b]", "a in ['x', b]", "a in [1 + 1]", "a in [-'x']", "a in []"})
    EXPECT_THROW(Expression::parse(text), Error) << text;
}

TEST(Expression, RefusesToCompareUnlikeThings) {
  EXPECT_THROW(evaluate("x > 'a'", {{"x", 1.0}}), Error);
  EXPECT_THROW(evaluate("x + 1", {{"x", std::string("a")}}), Error);
  EXPECT_THROW(evaluate("x and true", {{"x", 1.0}}), Error);
}

TEST(Expression, UnderstandsCategoriesAndNothingLikeThem) {
  for (const char* text : {"T3b", "ypT3", "3", "3d", "cT3", "pT3a"}) EXPECT_EQ(t_level(text), 3) << text;
  EXPECT_EQ(t_level("is"), 0);
  EXPECT_EQ(n_level("ypN1c"), 1);
  for (const char* text : {"35", "T5", "3 ", "3e", "", "T", "3bb", "ypypT3"}) EXPECT_FALSE(t_level(text)) << text;
  for (const char* text : {"12", "N3", "1-", "Nx"}) EXPECT_FALSE(n_level(text)) << text;
}

TEST(Expression, KnowsItsVariables) {
  EXPECT_EQ(Expression::parse("months(a, coalesce(b, c)) > 3 and 'd' == e").variables(),
            (std::set<std::string>{"a", "b", "c", "e"}));
}

}  // namespace
}  // namespace larc::clinical
