#include <set>

#include "core/error.h"
#include "filters/filters_support.h"

namespace larc::filters {
namespace {

TEST(FilterSettings, ReadBackWhatTheyWrite) {
  for (const char* text :
       {"type: original", "type: mean, size: 7, dimension: 2D, boundary: zero", "type: gaussian, sigma_mm: 2.5",
        "type: log, sigma_mm: 1.5, cutoff_sigma: 3, riesz_order: [1, 0, 2], boundary: periodic",
        "type: laws, kernels: L5E5, rotation_invariant: true, pooling: min, energy_delta: 7, dimension: 2D",
        "type: gabor, sigma_mm: 5, lambda_mm: 2, gamma: 1.5, theta_step_degrees: 22.5, pooling: max",
        "type: gabor, sigma_mm: 5, lambda_mm: 2, theta_degrees: 30, theta_step_degrees: null",
        "type: wavelet, wavelet: coif2, subband: HHL, level: 3, rotation_invariant: true",
        "type: simoncelli, level: 2, dimension: 2D, riesz_order: [0, 1], boundary: nearest"}) {
    const FilterSettings once = settings(text);
    const FilterSettings again = FilterSettings::from_json(once.to_json());
    EXPECT_EQ(once.to_json(), again.to_json()) << text;
    EXPECT_EQ(once.name(), again.name()) << text;
    const Json given = parse_yaml(std::string("{") + text + "}", "text");
    const Json written = once.to_json();
    for (const auto& [key, value] : given.items()) {
      const bool said_by_name = key == "dimension" && !written.contains(key);
      EXPECT_EQ(said_by_name ? value : written.at(key), value) << text << ": " << key;
    }
  }
}

TEST(FilterSettings, Names) {
  const std::pair<const char*, const char*> names[] = {
      {"type: original", "original"},
      {"type: mean, size: 5", "mean-5-3D"},
      {"type: log, sigma_mm: 1.5", "log-sigma-1-5-mm-3D"},
      {"type: log, sigma_mm: 3, dimension: 2D, riesz_order: [1, 0], cutoff_sigma: 3.5, boundary: zero",
       "log-sigma-3-mm-2D-riesz-1-0-cutoff-3-5-zero"},
      {"type: laws, kernels: L5E5, rotation_invariant: true, energy_delta: 7", "laws-L5E5-invariant-max-energy-7"},
      {"type: gabor, sigma_mm: 5, lambda_mm: 2, gamma: 1.5, theta_step_degrees: 22.5",
       "gabor-sigma-5-mm-lambda-2-mm-gamma-1-5-step-22-5-average-3D"},
      {"type: gabor, sigma_mm: 5, lambda_mm: 2, dimension: 2D, theta_degrees: 30",
       "gabor-sigma-5-mm-lambda-2-mm-gamma-1-theta-30-2D"},
      {"type: wavelet, wavelet: db3, subband: LLH", "wavelet-db3-LLH-level-1"},
      {"type: simoncelli, level: 2, boundary: periodic", "simoncelli-level-2-3D-periodic"},
      {"type: gaussian, sigma_mm: 0.00001", "gaussian-sigma-1e-05-mm-3D"}};
  for (const auto& [text, name] : names) EXPECT_EQ(settings(text).name(), name);
}

TEST(FilterSettings, ExamplesAreValidAndHaveTheirOwnNames) {
  std::map<std::string, std::string> seen;
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(test::source_root() / "examples/ibsi")) {
    const std::string stem = file.path().stem().string();
    if (!stem.starts_with("map_") && !stem.starts_with("filter_")) continue;
    ++files;
    const Json filters = example(stem).at("filters");
    ASSERT_EQ(filters.size(), 1U) << stem;
    const FilterSettings filter = FilterSettings::from_json(filters.at(0));
    EXPECT_EQ(filter.name().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."),
              std::string::npos)
        << filter.name();
    const auto [known, added] = seen.emplace(filter.name(), filter.to_json().dump());
    EXPECT_EQ(known->second, filter.to_json().dump()) << "one name, two filters: " << filter.name();
  }
  EXPECT_EQ(files, 33 + 18);
}

TEST(FilterSettings, ErrorsNameTheKeyAndTheChoices) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"size: 5", "type", "simoncelli"},
      {"type: median", "type", "gabor"},
      {"type: mean, width: 5", "width", "size"},
      {"type: mean, size: 4", "size", "odd"},
      {"type: mean, size: 5.5", "size", "whole number"},
      {"type: mean, boundary: wrap", "boundary", "periodic"},
      {"type: mean, boundary: 0", "boundary", "text"},
      {"type: mean, dimension: 3", "dimension", "2D"},
      {"type: log", "sigma_mm", "log"},
      {"type: log, sigma_mm: -1", "sigma_mm", "above 0"},
      {"type: log, sigma_mm: text", "sigma_mm", "number"},
      {"type: log, sigma_mm: .nan", "sigma_mm", "above 0"},
      {"type: log, sigma_mm: 1, riesz_order: [1, 0]", "riesz_order", "3 whole numbers"},
      {"type: log, sigma_mm: 1, riesz_order: [0, 0, 0]", "riesz_order", "sum from 1"},
      {"type: log, sigma_mm: 1, riesz_order: [-1, 1, 1]", "riesz_order", "from 0"},
      {"type: log, sigma_mm: 1, dimension: 2D, riesz_order: [1, 0, 0]", "riesz_order", "2 whole numbers"},
      {"type: laws, kernels: L5X5", "kernels", "W5"},
      {"type: laws, kernels: L5", "kernels", "two names"},
      {"type: laws, kernels: L5E5, dimension: 3D", "dimension", "kernels"},
      {"type: laws, kernels: L5E5, energy_delta: 0", "energy_delta", "whole number from 1"},
      {"type: laws, kernels: L5E5, pooling: sum", "pooling", "average"},
      {"type: laws, kernels: L5E5, rotation_invariant: 1", "rotation_invariant", "true or false"},
      {"type: gabor, sigma_mm: 1", "lambda_mm", "gabor"},
      {"type: gabor, sigma_mm: 1, lambda_mm: 1, theta_degrees: 360", "theta_degrees", "below 360"},
      {"type: gabor, sigma_mm: 1, lambda_mm: 1, theta_step_degrees: 50", "theta_step_degrees", "whole part of 360"},
      {"type: gabor, sigma_mm: 1, lambda_mm: 1, theta_degrees: 10, theta_step_degrees: 45", "theta_degrees",
       "leave one"},
      {"type: wavelet, wavelet: db21, subband: LL", "wavelet", "coif5"},
      {"type: wavelet, wavelet: db2, subband: LX", "subband", "LLH"},
      {"type: wavelet, wavelet: db2, subband: LLH, level: 0", "level", "from 1"},
      {"type: simoncelli, levels: 1", "levels", "level"}};
  for (const auto& [text, key, choice] : cases) {
    try {
      settings(text);
      ADD_FAILURE() << text << " was accepted";
    } catch (const Error& error) {
      EXPECT_NE(error.message().find(key), std::string::npos) << text << " -> " << error.message();
      EXPECT_NE(error.message().find(choice), std::string::npos) << text << " -> " << error.message();
    }
  }
  EXPECT_THROW(FilterSettings::from_json(Json("mean")), Error);
}

}  // namespace
}  // namespace larc::filters
