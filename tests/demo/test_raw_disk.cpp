// The raw disk: same bytes, and a truth that is true of them.
#include <gtest/gtest.h>

#include <set>

#include "core/file.h"
#include "core/hash.h"
#include "demo/demo.h"
#include "demo/disk_truth.h"
#include "demo/identity.h"
#include "demo/raw_disk.h"
#include "support/test_data.h"

namespace larc::demo {
namespace {

namespace fs = std::filesystem;

DemoSettings raw_settings(int patients) {
  DemoSettings settings;
  settings.patients = patients;
  settings.disk = Disk::raw;
  return settings;
}

std::map<std::string, std::string> hashes(const fs::path& root) {
  std::map<std::string, std::string> result;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.is_regular_file()) result[fs::relative(entry.path(), root).string()] = sha256_file(entry.path());
  return result;
}

std::vector<Json> lines_of(const std::string& key, const Cohort& cohort, const DiskPlan& disk) {
  std::vector<Json> lines;
  for (const auto& list : disk_lists())
    if (list.key == key)
      for (std::size_t i = 0; i < cohort.size(); ++i)
        list.lines(cohort, disk, i, [&](const Json& line) { lines.push_back(line); });
  return lines;
}

/// The first examination of the first patient of a centre, without faults.
ExaminationPlan plain_plan(const Cohort& cohort, const DiskPlan& disk, int centre) {
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    auto plans = plan_examinations(cohort, disk, i);
    if (plans.front().centre != centre || plans.front().faults.t2 != T2Fault::none) continue;
    plans.front().faults = {};
    return plans.front();
  }
  ADD_FAILURE() << "no plain patient at centre " << centre;
  return {};
}

TEST(RawDisk, threads_do_not_change_a_byte_and_names_say_nothing) {
  const test::TemporaryFolder folder;
  for (const int threads : {1, 2}) {
    auto settings = raw_settings(kFewestPatients);
    settings.threads = threads;
    const auto own = folder.path() / std::to_string(threads);
    write_demo(own / "incoming", own / "truth.json", settings);
  }
  const auto one = hashes(folder.path() / "1");
  EXPECT_EQ(one, hashes(folder.path() / "2"));
  EXPECT_GT(one.size(), 600U);
  std::size_t directories = 0;
  for (const auto& [name, hash] : one) {
    directories += name.ends_with("DICOMDIR") ? 1 : 0;
    EXPECT_FALSE(name.ends_with(".dcm")) << name;
    EXPECT_EQ(name.find("LARC-"), std::string::npos) << name;
  }
  EXPECT_EQ(directories, 2U);  // of two patients of centre B
  for (const char* name : {"DISK1/Thumbs.db", "DISK2/VIEWER.EXE", "DISK3/00/empty"})
    EXPECT_TRUE(one.contains("incoming/" + std::string(name))) << name;
  const Json truth = read_json(folder.path() / "1/truth.json");
  for (const char* key : {"traits", "examinations", "series", "quality", "duplicates", "identifying_strings"})
    EXPECT_TRUE(truth.contains(key)) << key;
}

TEST(RawDisk, every_planted_string_is_in_the_files) {
  const test::TemporaryFolder folder;
  const Cohort cohort(raw_settings(kFewestPatients));
  const DiskPlan disk(cohort);
  for (const int centre : {0, 1, 2}) {
    const auto plan = plain_plan(cohort, disk, centre);
    write_raw_patient(folder.path() / std::to_string(centre), cohort, disk, plan.patient);
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path() / std::to_string(centre)))
      if (entry.is_regular_file()) all += read_file(entry.path());
    const auto planted = planted_strings(identity_of(cohort.patient(plan.patient), cohort.settings().seed));
    EXPECT_GE(planted.size(), 15U);
    for (const auto& string : planted) {
      if (string.text.find('-') == 4) continue;  // how a table would write the date of birth
      EXPECT_NE(all.find(string.text), std::string::npos) << centre << " " << string.what << " " << string.text;
    }
  }
}

TEST(RawDisk, truth_names_each_image_once_or_as_ambiguous) {
  const Cohort cohort(raw_settings(240));
  const DiskPlan disk(cohort);
  std::map<std::string, std::vector<Json>> of_image;
  std::set<std::string> stacks;
  std::map<std::string, int> roles;
  std::size_t nameless = 0;
  for (const auto& line : lines_of("series", cohort, disk)) {
    EXPECT_TRUE(stacks.insert(line["series_uid"].get<std::string>() + dump_json(line["b_value"])).second);
    ++roles[line["role"]];
    if (!line["image"].is_null())
      of_image[line["patient"].get<std::string>() + "/" + line["image"].get<std::string>()].push_back(line);
  }
  for (const auto& [image, lines] : of_image) {
    int better = 0;
    for (const auto& line : lines) better += line.value("better", false) ? 1 : 0;
    EXPECT_EQ(lines.size(), lines.front().contains("ambiguous") ? 2U : 1U) << image;
    EXPECT_EQ(better, lines.size() == 2 ? 1 : 0) << image;
  }
  for (const char* role :
       {"localiser",         "calibration", "t2_axial",  "t2_sagittal", "t2_coronal", "t2_large_field",
        "t2_fat_sat",        "t2_phase",    "t1_axial",  "t1_contrast", "dwi",        "dwi_calculated",
        "dwi_trace",         "adc",         "field_map", "reformat",    "mip",        "other_body_part",
        "secondary_capture", "rtstruct"})
    EXPECT_GE(roles[role], 1) << role;
  std::size_t examinations = 0, multiframe = 0;
  for (std::size_t i = 0; i < cohort.size(); ++i)
    for (const auto& plan : plan_examinations(cohort, disk, i)) {
      ++examinations;
      multiframe += plan.multiframe ? 1 : 0;
      nameless += plan.stacks.front().info.series_description.empty() ? 1 : 0;
    }
  EXPECT_NEAR(static_cast<double>(nameless) / static_cast<double>(examinations), 0.1, 0.05);
  EXPECT_GE(multiframe, 20U);
  EXPECT_EQ(lines_of("examinations", cohort, disk).size(), examinations);
}

TEST(RawDisk, quality_faults_keep_their_quotas) {
  const Cohort cohort(raw_settings(240));
  const DiskPlan disk(cohort);
  std::map<std::string, int> faults;
  double diffusion = 0, gas = 0, excluded = 0;
  for (const auto& line : lines_of("quality", cohort, disk)) {
    ++faults[line["fault"]];
    if (!line["image"].get<std::string>().starts_with("adc")) continue;
    ++diffusion;
    gas += line["fault"].get<std::string>().find("gas") != std::string::npos ? 1 : 0;
    excluded += line["exclude"].get<bool>() ? 1 : 0;
  }
  EXPECT_NEAR(gas / diffusion, 0.25, 0.06);
  EXPECT_NEAR(excluded / diffusion, 0.12, 0.05);
  for (const char* fault :
       {"motion", "slight_motion", "noise", "slight_noise", "wrap_around", "slight_wrap_around", "cut_field_of_view",
        "missing_slice", "uneven_gap", "duplicate_position", "truncated_file", "gas", "slight_gas"})
    EXPECT_GE(faults[fault], 1) << fault;
  EXPECT_GE(faults["motion"], 8);
}

TEST(RawDisk, duplicates_show_the_same_patient) {
  const Cohort cohort(raw_settings(kFewestForPlanted));
  const DiskPlan disk(cohort);
  const auto lines = lines_of("duplicates", cohort, disk);
  EXPECT_EQ(lines.size(), 12U);  // two pairs, two examinations, three images
  int exact = 0, resampled = 0;
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    if (disk.source(i) == i) continue;
    const auto copy = plan_examinations(cohort, disk, i).front();
    const auto original = plan_examinations(cohort, disk, disk.source(i)).front();
    EXPECT_NE(copy.label.patient, original.label.patient);
    EXPECT_NE(copy.stacks.front().info.study_uid, original.stacks.front().info.study_uid);
    const auto a = staging_images(original, phantom_of(original)), b = staging_images(copy, phantom_of(copy));
    if (disk.resampled(i)) {
      ++resampled;
      EXPECT_NE(copy.centre, original.centre);
      EXPECT_LT(b.t2.image.geometry.size[0], a.t2.image.geometry.size[0]);
      EXPECT_EQ(b.t2.image.geometry.size[2], a.t2.image.geometry.size[2]);
    } else {
      ++exact;
      EXPECT_EQ(a.t2.image.voxels, b.t2.image.voxels);
      EXPECT_EQ(a.diffusion->adc.voxels, b.diffusion->adc.voxels);
    }
  }
  EXPECT_EQ(exact, 1);
  EXPECT_EQ(resampled, 1);
}

TEST(RawDisk, faults_of_slices_are_in_the_files) {
  const Cohort cohort(raw_settings(kFewestPatients));
  const DiskPlan disk(cohort);
  auto plan = plain_plan(cohort, disk, 0);
  plan.imaging.faults.no_diffusion = true;
  std::erase_if(plan.stacks, [](const PlannedStack& stack) { return stack.content != Content::t2; });
  const auto phantom = phantom_of(plan);
  const auto files_of = [&](T2Fault fault) {
    plan.faults.t2 = fault;
    std::vector<std::size_t> sizes;
    make_images(plan, phantom, [&](const auto& file, const auto& info, int) {
      if (info.modality == "MR") sizes.push_back(file.bytes.size());
    });
    return sizes;
  };
  const auto slices = static_cast<std::size_t>(plan.scanner.slices);
  EXPECT_EQ(files_of(T2Fault::none).size(), slices);
  EXPECT_EQ(files_of(T2Fault::missing_slice).size(), slices - 1);
  EXPECT_EQ(files_of(T2Fault::duplicate_position).size(), slices + 1);
  const auto cut = files_of(T2Fault::truncated_file);
  EXPECT_LT(cut[slices / 2], cut[0] / 2);
}

}  // namespace
}  // namespace larc::demo
