#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "study/likeness.h"

namespace larc::study {
namespace {

using Kind = PatientColumn::Kind;

PatientColumn numbers(std::vector<double> values, Kind kind = Kind::number) {
  return {kind, std::move(values), {}};
}

PatientColumn levels(std::vector<std::string> values) {
  return {Kind::category, {}, std::move(values)};
}

/// What the numbers say in words.
PatientColumn named(const std::vector<double>& values, const std::vector<std::string>& names) {
  std::vector<std::string> list;
  for (const double value : values) list.push_back(names[static_cast<std::size_t>(value)]);
  return levels(std::move(list));
}

/// Visits, as the leaking column of a registry has them.
std::vector<double> visits(std::size_t n, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<double> list;
  for (std::size_t i = 0; i < n; ++i) list.push_back(std::floor(30 * random.uniform()));
  return list;
}

template <typename Change>
std::vector<double> changed(std::vector<double> values, Change&& change) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = change(values[i], i);
  return values;
}

Resemblance degree(const PatientColumn& earlier, const PatientColumn& later, bool outcome = false) {
  return compare_columns(earlier, later, {outcome, 100}).degree;
}

TEST(Likeness, FindsCopiesOfANumberHoweverTheyAreWritten) {
  const auto later = visits(120);
  const std::vector<std::pair<std::string, std::vector<double>>> copies{
      {"renamed", later},
      {"shifted", changed(later, [](double v, std::size_t) { return v + 3; })},
      {"another unit", changed(later, [](double v, std::size_t) { return 0.1 * v; })},
      {"reversed", changed(later, [](double v, std::size_t) { return 100 - v; })},
      {"logarithm", changed(later, [](double v, std::size_t) { return std::log1p(v); })},
      {"rounded", changed(later, [](double v, std::size_t) { return std::round(v / 2); })},
      {"a third missing", changed(later, [](double v, std::size_t i) { return i % 3 == 0 ? kNaN : v; })},
      {"four in a hundred wrong, another unit",
       changed(later, [](double v, std::size_t i) { return i % 25 == 0 ? 7.5 : 4 * v + 1; })},
      {"four in a hundred wrong", changed(later, [](double v, std::size_t i) { return i % 25 == 0 ? 99 : v; })}};
  for (const auto& [name, copy] : copies) {
    const Likeness likeness = compare_columns(numbers(copy), numbers(later), {false, 100});
    EXPECT_EQ(likeness.degree, Resemblance::copy) << name;
    EXPECT_FALSE(likeness.how.en.empty() || likeness.how.zh.empty());
  }
}

TEST(Likeness, TenPatientsOfManyValuesAreEnoughAndNineAreNot) {
  const std::vector<double> later{3, 9, 1, 14, 7, 22, 5, 11, 2, 30};
  EXPECT_EQ(degree(numbers(later), numbers(later)), Resemblance::copy);
  auto nine = later;
  nine[0] = kNaN;
  EXPECT_EQ(degree(numbers(nine), numbers(later)), Resemblance::none);
}

TEST(Likeness, FindsRecodedCategories) {
  const auto grade = changed(visits(90), [](double v, std::size_t) { return std::fmod(v, 4); });
  const PatientColumn later = named(grade, {"complete", "near", "partial", "poor"});
  EXPECT_EQ(degree(named(grade, {"d", "c", "b", "a"}), later), Resemblance::copy);
  EXPECT_EQ(degree(numbers(grade), later), Resemblance::copy);
  EXPECT_EQ(degree(numbers(changed(grade, [](double v, std::size_t i) { return i % 45 == 0 ? 3 - v : v; })), later),
            Resemblance::copy);
  // Three of the four levels told apart: made from the later one.
  EXPECT_EQ(degree(named(grade, {"good", "good", "fair", "bad"}), later), Resemblance::copy);
}

// A decision may have followed from the predictor; an outcome has not.
TEST(Likeness, ACoarserFormIsACopyOfAnOutcomeAlone) {
  const auto later = visits(150);
  const PatientColumn coarse = named(changed(later, [](double v, std::size_t) { return v > 14; }), {"few", "many"});
  EXPECT_EQ(degree(coarse, numbers(later), true), Resemblance::copy);
  EXPECT_EQ(degree(coarse, numbers(later), false), Resemblance::suspicious);
  // A dose that the planned regimen fixes says nothing that was not known.
  std::vector<double> regimen;
  for (std::size_t i = 0; i < 150; ++i) regimen.push_back(static_cast<double>(i * i % 11 % 5));
  const auto dose = changed(regimen, [](double v, std::size_t) { return v < 2 ? 0.0 : v < 4 ? 25.0 : 50.4; });
  EXPECT_NE(degree(named(regimen, {"a", "b", "c", "d", "e"}), numbers(dose)), Resemblance::copy);
}

TEST(Likeness, TwoValuesOfFewPatientsAreNoCopy) {
  std::vector<double> few, many;
  for (std::size_t i = 0; i < 24; ++i) few.push_back(static_cast<double>(i % 2));
  for (std::size_t i = 0; i < 90; ++i) many.push_back(static_cast<double>(i * i % 7 % 2));
  EXPECT_NE(degree(numbers(few), numbers(few)), Resemblance::copy);
  EXPECT_EQ(degree(numbers(many), numbers(many)), Resemblance::copy);
  EXPECT_EQ(degree(named(many, {"no", "yes"}), numbers(many), true), Resemblance::copy);
}

TEST(Likeness, NearlyConstantColumnsAndConstantsAreNoCopy) {
  std::vector<double> rare(186, 0.0);
  for (const std::size_t i : {5, 60, 120, 170}) rare[i] = 1;
  EXPECT_NE(degree(numbers(rare), numbers(rare)), Resemblance::copy);
  auto other = rare;
  other[5] = 0;
  EXPECT_NE(degree(numbers(other), numbers(rare)), Resemblance::copy);
  EXPECT_EQ(degree(numbers(std::vector<double>(186, 1.0)), numbers(rare)), Resemblance::none);
  EXPECT_EQ(degree(numbers(std::vector<double>(186, 1.0)), numbers(std::vector<double>(186, 1.0))), Resemblance::none);
}

TEST(Likeness, TheCalendarMakesNoCopies) {
  Random random(4);
  std::vector<double> first, second, same;
  for (std::size_t i = 0; i < 200; ++i) {
    first.push_back(18000 + static_cast<double>(10 * i) + std::floor(5 * random.uniform()));
    second.push_back(first.back() + 80 + std::floor(20 * random.uniform()));
  }
  EXPECT_EQ(degree(numbers(first, Kind::date), numbers(second, Kind::date), true), Resemblance::none);
  EXPECT_EQ(degree(numbers(first, Kind::date), numbers(first, Kind::date)), Resemblance::copy);
  // Patients numbered as they came follow the calendar; days counted from a fixed day are the date.
  std::vector<double> position, days;
  for (std::size_t i = 0; i < 200; ++i) {
    position.push_back(static_cast<double>(i));
    days.push_back(second[i] - 15000);
  }
  EXPECT_EQ(degree(numbers(position), numbers(second, Kind::date)), Resemblance::none);
  EXPECT_EQ(degree(numbers(days), numbers(second, Kind::date)), Resemblance::copy);
}

TEST(Likeness, BetweenIsSuspicious) {
  const auto later = visits(186);
  Random random(8);
  const auto noisy = changed(later, [&](double v, std::size_t) { return v + 3 * random.normal(); });
  EXPECT_EQ(degree(numbers(noisy), numbers(later)), Resemblance::suspicious);
  const auto loose = changed(later, [&](double v, std::size_t) { return v + 9 * random.normal(); });
  EXPECT_EQ(degree(numbers(loose), numbers(later)), Resemblance::none);
}

TEST(Likeness, RefusesColumnsOfDifferentLength) {
  EXPECT_THROW(degree(numbers({1, 2}), numbers({1, 2, 3})), Error);
}

/// A column of a patient's latent trait, of a form that clinical tables have.
PatientColumn honest(const std::vector<double>& trait, std::uint64_t form, double at) {
  switch (form) {
    case 0:
      return numbers(trait);
    case 1:
      return numbers(changed(trait, [](double v, std::size_t) { return std::round(60 + 10 * v); }));
    case 2:
      return numbers(changed(trait, [&](double v, std::size_t) { return std::max(0.0, std::floor(3 * (v - at))); }));
    case 3:
      return numbers(changed(trait, [&](double v, std::size_t) { return v > at ? 1.0 : 0.0; }));
    case 4:
      return named(changed(trait, [](double v, std::size_t) { return v < -0.5  ? 0.0
                                                                     : v < 0.7 ? 1.0
                                                                               : 2.0; }),
                   {"low", "middle", "high"});
    default:
      return named(changed(trait, [&](double v, std::size_t) { return v > at ? 1.0 : 0.0; }), {"no", "yes"});
  }
}

// No honest variable, correlated up to 0.8 with a later one, is refused: 300 tables of 10 to 400 patients.
TEST(Likeness, HonestVariablesAreNeverCopies) {
  std::size_t pairs = 0, suspicious = 0;
  for (std::uint64_t table = 0; table < 300; ++table) {
    Random random(derive_seed(20, "table", table));
    const auto n = static_cast<std::size_t>(10 + std::floor(390 * random.uniform() * random.uniform()));
    std::vector<PatientColumn> earlier, later;
    for (int v = 0; v < 8; ++v) {
      const double correlation = 0.8 * std::sqrt(random.uniform());
      std::vector<double> a, b;
      for (std::size_t i = 0; i < n; ++i) {
        a.push_back(random.normal());
        b.push_back(correlation * a.back() + std::sqrt(1 - correlation * correlation) * random.normal());
      }
      const auto form = static_cast<std::uint64_t>(6 * random.uniform());
      const double at = 1.5 * random.uniform();
      earlier.push_back(honest(a, form, at));
      later.push_back(honest(b, v % 3 == 0 ? static_cast<std::uint64_t>(6 * random.uniform()) : form, at));
    }
    for (const auto& a : earlier)
      for (const auto& b : later)
        for (const bool outcome : {false, true}) {
          const Resemblance found = compare_columns(a, b, {outcome, 64}).degree;
          EXPECT_NE(found, Resemblance::copy) << "table " << table << " of " << n;
          suspicious += found == Resemblance::suspicious;
          ++pairs;
        }
  }
  EXPECT_EQ(pairs, 300u * 128u);
  EXPECT_LE(suspicious, pairs / 1000);
}

}  // namespace
}  // namespace larc::study
