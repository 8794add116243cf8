// What is planted in the images of a raw disk, for a human eye.
//   bench_demo_faults OUT.png [PATIENTS] [SEED]           a row for each fault: T2w; DWI at the high b-value and ADC
//   bench_demo_faults OUT.png habits [PATIENTS] [SEED]    a row for each patient: the first slices of the series around
#include <cstdio>
#include <cstring>

#include "core/number.h"
#include "demo/demo.h"
#include "demo/raw_images.h"
#include "picture.h"

namespace {

using namespace larc;
using namespace larc::bench;

constexpr int kStep = kTile + kGap;

void show_faults(const char* path, int patients, const demo::Cohort& cohort, const demo::DiskPlan& disk) {
  using demo::DiffusionFault;
  using demo::T2Fault;
  const T2Fault t2[] = {T2Fault::none,   T2Fault::slight_motion, T2Fault::slight_noise, T2Fault::slight_wrap,
                        T2Fault::motion, T2Fault::noise,         T2Fault::wrap,         T2Fault::cut_field};
  const DiffusionFault diffusion[] = {DiffusionFault::none, DiffusionFault::slight_noise, DiffusionFault::slight_gas,
                                      DiffusionFault::gas, DiffusionFault::noise};
  Picture picture(2 * patients * kStep, static_cast<int>(std::size(t2) / 2 + std::size(diffusion)) * kStep);
  for (int p = 0; p < patients; ++p) {
    auto plan = demo::plan_examinations(cohort, disk, static_cast<std::size_t>(p * 37 + 5) % cohort.size()).front();
    plan.imaging.faults.no_diffusion = false;
    const auto widest = [&](const demo::Acquisition& acquisition) {
      const auto& g = acquisition.tumour.geometry;
      return (widest_slice(acquisition.tumour) - 0.5 * (g.size[2] - 1)) * g.spacing_mm[2];
    };
    plan.faults = {};
    const auto plain = demo::staging_images(plan, demo::phantom_of(plan));
    const double w = widest(plain.t2);
    int row = 0;
    for (std::size_t f = 0; f < std::size(t2); ++f) {
      plan.faults = {t2[f], DiffusionFault::none};
      const auto images = demo::staging_images(plan, demo::phantom_of(plan));
      draw(picture, (2 * p + static_cast<int>(f % 2)) * kStep, static_cast<int>(f / 2) * kStep, images.t2.image, w,
           1.25 * level(images.t2.image, 0.85), nullptr);
      row = static_cast<int>(f / 2) + 1;
    }
    for (const auto fault : diffusion) {
      plan.faults = {T2Fault::none, fault};
      plan.imaging.faults.gas_1 = fault == DiffusionFault::gas || fault == DiffusionFault::slight_gas;
      const auto images = demo::staging_images(plan, demo::phantom_of(plan));
      draw(picture, 2 * p * kStep, row * kStep, images.diffusion->high, w, level(images.diffusion->high, 0.996),
           nullptr);
      draw(picture, (2 * p + 1) * kStep, row * kStep, images.diffusion->adc, w, 3.0, nullptr);
      ++row;
    }
    std::printf("%s\n", plan.label.patient.c_str());
  }
  save(picture, path);
}

/// The middle slice of every series of the first patients, as its files would hold it.
void show_habits(const char* path, int patients, const demo::Cohort& cohort, const demo::DiskPlan& disk) {
  constexpr int kMost = 12;
  Picture picture(kMost * kStep, patients * kStep);
  for (int p = 0; p < patients; ++p) {
    const auto plan =
        demo::plan_examinations(cohort, disk, static_cast<std::size_t>(p * 53 + 5) % cohort.size()).front();
    const auto phantom = demo::phantom_of(plan);
    int column = 0;
    for (const auto& stack : plan.stacks) {
      std::printf("%s %d %s %s\n", plan.label.patient.c_str(), stack.info.series_number, stack.role.c_str(),
                  stack.info.series_description.c_str());
      if (stack.habit == nullptr || column >= kMost) continue;
      auto volume = demo::habit_image(plan, stack, phantom);
      // `draw` shows millimetres; here the whole field is the tile.
      for (std::size_t a = 0; a < 2; ++a)
        volume.geometry.spacing_mm[a] = kTileMm / std::max(volume.geometry.size[0], volume.geometry.size[1]);
      draw(picture, column * kStep, p * kStep, volume, 0, level(volume, 0.97), nullptr);
      ++column;
    }
  }
  save(picture, path);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw Error(ErrorCode::usage, "usage: bench_demo_faults OUT.png [habits] [PATIENTS] [SEED]");
    const bool habits = argc > 2 && std::strcmp(argv[2], "habits") == 0;
    const auto number = [&](int i, int otherwise) {
      const int at = i + (habits ? 1 : 0);
      return at < argc ? std::atoi(argv[at]) : otherwise;
    };
    demo::DemoSettings settings;
    settings.seed = static_cast<std::uint64_t>(number(3, 1));
    settings.disk = demo::Disk::raw;
    const demo::Cohort cohort(settings);
    const demo::DiskPlan disk(cohort);
    if (habits)
      show_habits(argv[1], number(2, 6), cohort, disk);
    else
      show_faults(argv[1], number(2, 4), cohort, disk);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
