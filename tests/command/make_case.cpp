#include <cmath>
#include <cstdio>
#include <iostream>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/random.h"
#include "io/image_file.h"

namespace {

using larc::image::Mask;
using larc::image::Volume;

constexpr const char* kUsage =
    "make_case sphere IMAGE MASK [--seed N] [--empty-mask] [--one-voxel] [--constant] [--nan] [--shift-mask]\n"
    "          [--two-labels]   the upper half of the ball is label 2\n"
    "make_case cohort FOLDER PATIENTS [--seed N]   FOLDER/p01/{t2,tumour}.nii.gz ... and FOLDER/clinical.csv\n";

struct Options {
  std::uint64_t seed = 1;
  bool empty_mask = false, one_voxel = false, constant = false, nan = false, shift_mask = false, two_labels = false;
  double contrast = 60;
  double radius_mm = 8;
};

/// A body, a ball of tumour in it and noise: 16 x 16 x 8 voxels of 2 x 2 x 3 mm, whole grey values.
void make_sphere(const std::string& image_file, const std::string& mask_file, const Options& options) {
  Volume volume;
  volume.geometry.size = {16, 16, 8};
  volume.geometry.spacing_mm = {2, 2, 3};
  volume.geometry.origin_lps = {-15, -15, -10.5};
  volume.voxels.assign(volume.geometry.voxel_count(), 0);
  Mask mask{volume.geometry, std::vector<std::uint8_t>(volume.geometry.voxel_count(), 0)};
  larc::Random random(options.seed);
  for (int k = 0; k < 8; ++k)
    for (int j = 0; j < 16; ++j)
      for (int i = 0; i < 16; ++i) {
        const auto point = volume.geometry.point_lps({double(i), double(j), double(k)});
        const bool body = std::hypot(point[0], point[1]) < 14;
        const bool tumour = std::hypot(point[0], point[1], point[2]) < options.radius_mm;
        const double grey = (body ? 200 : 5) + (tumour ? options.contrast : 0) + 15 * random.normal();
        volume.at(i, j, k) = options.constant ? 100 : std::round(grey);
        mask.voxels[volume.geometry.offset(i, j, k)] = tumour && !options.empty_mask && !options.one_voxel;
      }
  const std::size_t centre = volume.geometry.offset(8, 8, 4);
  if (options.one_voxel) mask.voxels[centre] = 1;
  if (options.nan) volume.voxels[centre] = std::nan("");
  if (options.shift_mask) mask.geometry.origin_lps[2] += 30;
  larc::io::write_image(image_file, volume);
  if (!options.two_labels) return larc::io::write_image(mask_file, mask);
  Volume labels{mask.geometry, {mask.voxels.begin(), mask.voxels.end()}};
  for (std::size_t v = labels.voxels.size() / 2; v < labels.voxels.size(); ++v) labels.voxels[v] *= 2;
  larc::io::write_image(mask_file, labels);
}

/// Patients whose risk raises the tumour's contrast, its CEA and the chance of the outcome.
void make_cohort(const std::string& folder, int patients, std::uint64_t seed) {
  std::vector<std::vector<std::string>> rows;
  for (int p = 1; p <= patients; ++p) {
    larc::Random random(larc::derive_seed(seed, "patient", static_cast<std::uint64_t>(p)));
    const double risk = random.normal();
    char id[16];
    std::snprintf(id, sizeof id, "p%02d", p);
    const std::string place = folder + "/" + id;
    larc::ensure_directory(place);
    Options options;
    options.seed = larc::derive_seed(seed, "image", static_cast<std::uint64_t>(p));
    options.contrast = 60 + 25 * risk;
    options.radius_mm = 7 + 2 * random.uniform();
    make_sphere(place + "/t2.nii.gz", place + "/tumour.nii.gz", options);
    const double months = std::round(10 * (6 + 60 * random.uniform() * std::exp(-0.5 * risk))) / 10;
    rows.push_back({id, p % 2 == 0 ? "north" : "south", larc::format_double(std::round(60 + 8 * random.normal())),
                    random.uniform() < 0.5 ? "M" : "F",
                    larc::format_double(std::round(10 * std::exp(1 + 0.6 * risk)) / 10),
                    risk + 0.7 * random.normal() > 0 ? "1" : "0", larc::format_double(months),
                    random.uniform() < 0.7 ? "1" : "0", larc::format_double(std::round(months / 3))});
  }
  larc::write_file_atomic(folder + "/clinical.csv",
                          larc::format_csv({"patient_id", "centre", "age", "sex", "cea", "response", "follow_up_months",
                                            "dead", "followup_visits"},
                                           rows));
}

int run(const std::vector<std::string>& arguments) {
  std::vector<std::string> plain;
  Options options;
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const std::string& argument = arguments[a];
    if (argument == "--seed" && a + 1 < arguments.size())
      options.seed = std::stoull(arguments[++a]);
    else if (argument == "--empty-mask")
      options.empty_mask = true;
    else if (argument == "--one-voxel")
      options.one_voxel = true;
    else if (argument == "--constant")
      options.constant = true;
    else if (argument == "--nan")
      options.nan = true;
    else if (argument == "--shift-mask")
      options.shift_mask = true;
    else if (argument == "--two-labels")
      options.two_labels = true;
    else
      plain.push_back(argument);
  }
  if (plain.size() == 3 && plain[0] == "sphere")
    make_sphere(plain[1], plain[2], options);
  else if (plain.size() == 3 && plain[0] == "cohort")
    make_cohort(plain[1], std::stoi(plain[2]), options.seed);
  else {
    std::cerr << kUsage;
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "make_case: " << error.what() << '\n';
    return 1;
  }
}
