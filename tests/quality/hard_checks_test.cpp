#include "quality/hard_checks.h"

#include "quality/mask_place.h"
#include "quality_support.h"

namespace larc::quality {
namespace {

using test::Body;

const HardCheck* find(const std::vector<HardCheck>& checks, const std::string& id) {
  for (const auto& check : checks)
    if (check.id == id) return &check;
  return nullptr;
}

Outcome outcome(const HardCheckInputs& inputs, const std::string& id) {
  const auto checks = hard_checks(inputs);
  const auto* check = find(checks, id);
  EXPECT_NE(check, nullptr) << id;
  if (check == nullptr) return Outcome::not_checked;
  EXPECT_FALSE(check->text.en.empty() || check->text.zh.empty());
  EXPECT_EQ(check->outcome == Outcome::fail, !check->remedy.en.empty() && !check->remedy.zh.empty()) << id;
  return check->outcome;
}

TEST(HardChecks, SlicesAsReadingFoundThem) {
  HardCheckInputs inputs;
  for (const char* id : {"slice_positions", "missing_slice", "duplicate_slice", "orientation"})
    EXPECT_EQ(outcome(inputs, id), Outcome::pass);
  inputs.notes = {{ReadingFault::missing_slice, "between slices 4 and 5"}};
  EXPECT_EQ(outcome(inputs, "missing_slice"), Outcome::fail);
  EXPECT_EQ(outcome(inputs, "orientation"), Outcome::pass);
  EXPECT_NE(find(hard_checks(inputs), "missing_slice")->text.en.find("between slices 4 and 5"), std::string::npos);
  const std::pair<ReadingFault, const char*> rest[] = {{ReadingFault::uneven_gaps, "slice_positions"},
                                                       {ReadingFault::tilted_slices, "slice_positions"},
                                                       {ReadingFault::duplicate_slice, "duplicate_slice"},
                                                       {ReadingFault::mixed_orientation, "orientation"}};
  for (const auto& [fault, id] : rest) {
    inputs.notes = {{fault, ""}};
    EXPECT_EQ(outcome(inputs, id), Outcome::fail) << id;
  }
}

TEST(HardChecks, SpacingWithinTheProtocol) {
  Body body;
  body.spacing_mm = {0.6, 0.8, 4};
  const auto volume = test::body_of(body);
  HardCheckInputs inputs;
  inputs.volume = &volume;
  EXPECT_EQ(find(hard_checks(inputs), "slice_spacing"), nullptr) << "the protocol sets no limit";
  inputs.limits = {0.8, 4.0};
  EXPECT_EQ(outcome(inputs, "in_plane_spacing"), Outcome::pass);
  EXPECT_EQ(outcome(inputs, "slice_spacing"), Outcome::pass);
  inputs.limits = {0.7, 3.5};
  EXPECT_EQ(outcome(inputs, "in_plane_spacing"), Outcome::fail);
  EXPECT_EQ(outcome(inputs, "slice_spacing"), Outcome::fail);
}

TEST(HardChecks, DiffusionHasItsBValues) {
  HardCheckInputs inputs;
  EXPECT_EQ(find(hard_checks(inputs), "b_values"), nullptr) << "no diffusion";
  inputs.diffusion = true;
  EXPECT_EQ(outcome(inputs, "b_values"), Outcome::fail);
  inputs.b_values = {50, 800};
  EXPECT_EQ(outcome(inputs, "b_values"), Outcome::pass);
  inputs.b_values = {50, kNaN};
  EXPECT_EQ(outcome(inputs, "b_values"), Outcome::fail);
}

TEST(HardChecks, AdcUnitByTheBody) {
  Body body;
  HardCheckInputs inputs;
  inputs.diffusion = inputs.quantitative_map = true;
  for (const auto& [scale, expected] : {std::pair{1e-3, Outcome::pass},
                                        {1.0, Outcome::fail},      // 10^-6 mm2/s taken for 10^-3
                                        {1e-6, Outcome::fail}}) {  // mm2/s
    body.dark = 1400 * scale;
    body.bright = 2500 * scale;
    body.noise_sd = 60 * scale;
    const auto volume = test::body_of(body);
    inputs.volume = &volume;
    EXPECT_EQ(outcome(inputs, "adc_unit"), expected) << scale;
  }
}

TEST(HardChecks, OutlineWithinTheImage) {
  const auto volume = test::body_of({});  // 128 x 120 x 10 voxels of 1 x 1 x 4 mm
  HardCheckInputs inputs;
  inputs.volume = &volume;
  const auto with = [&](const image::Mask& mask, const char* id) {
    inputs.tumour = &mask;
    return outcome(inputs, id);
  };
  const auto& g = volume.geometry;
  const auto inside = test::ball(g, {64, 60, 5}, 10), side = test::ball(g, {3, 60, 5}, 10),
             end = test::ball(g, {64, 60, 1}, 10), none = test::ball(g, {-90, 60, 5}, 10);
  EXPECT_EQ(with(inside, "mask_empty"), Outcome::pass);
  EXPECT_EQ(with(inside, "mask_edge"), Outcome::pass);
  EXPECT_EQ(with(inside, "coverage"), Outcome::pass);
  EXPECT_EQ(with(side, "mask_edge"), Outcome::fail);
  EXPECT_EQ(with(end, "coverage"), Outcome::fail);
  EXPECT_EQ(with(end, "mask_edge"), Outcome::pass);
  EXPECT_EQ(with(none, "mask_empty"), Outcome::fail);
  EXPECT_EQ(find(hard_checks(inputs), "coverage"), nullptr) << "nothing to cover";
  // Drawn on a larger image: half of it lies beyond this one.
  auto wide = g;
  wide.size = {160, 120, 10};
  wide.origin_lps = {64, 0, 0};
  const auto beyond = test::ball(wide, {64, 60, 5}, 10);
  EXPECT_EQ(with(beyond, "coverage"), Outcome::fail);
  const auto place = place_of(beyond, g);
  EXPECT_EQ(place.voxels, image::voxel_count(beyond));
  EXPECT_NEAR(static_cast<double>(place.outside) / static_cast<double>(place.voxels), 0.5, 0.1);
}

TEST(HardChecks, SecondExaminationAfterTherapy) {
  using namespace std::chrono;
  HardCheckInputs inputs;
  EXPECT_EQ(find(hard_checks(inputs), "after_therapy"), nullptr) << "first examination";
  inputs.examination = 2;
  EXPECT_EQ(outcome(inputs, "after_therapy"), Outcome::not_checked);
  inputs.therapy_end = sys_days{2020y / 3 / 10};
  for (const auto& [day, expected] : {std::pair{sys_days{2020y / 5 / 1}, Outcome::pass},
                                      {sys_days{2020y / 3 / 10}, Outcome::fail},
                                      {sys_days{2020y / 2 / 28}, Outcome::fail}}) {
    inputs.date = day;
    EXPECT_EQ(outcome(inputs, "after_therapy"), expected);
  }
  const auto json = to_json(*find(hard_checks(inputs), "after_therapy"));
  EXPECT_EQ(json.at("outcome"), "fail");
  EXPECT_NE(json.at("text").at("en").get<std::string>().find("11 days before the end"), std::string::npos);
}

}  // namespace
}  // namespace larc::quality
