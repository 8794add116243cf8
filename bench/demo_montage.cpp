// Pictures of the synthetic cohort for a human eye: for each patient T2w, T2w with the tumour's outline, DWI at the
// high b-value and ADC, before therapy and after it, at the level where the first tumour is widest.
//   bench_demo_montage OUT.png [PATIENTS] [SEED] [FIRST]
#include <cstdio>

#include "core/number.h"
#include "demo/acquisition.h"
#include "demo/demo.h"
#include "demo/diffusion.h"
#include "picture.h"

using namespace larc;
using namespace larc::bench;

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw Error(ErrorCode::usage, "usage: bench_demo_montage OUT.png [PATIENTS] [SEED] [FIRST]");
    const auto number = [&](int i, int otherwise) { return i < argc ? std::atoi(argv[i]) : otherwise; };
    const int patients = number(2, 12);
    demo::DemoSettings settings;
    settings.seed = static_cast<std::uint64_t>(number(3, 1));
    const auto cohort = demo::draw_cohort(settings);
    const auto scanners = demo::scanners_of(settings.scenario);
    const int across = patients > 1 ? 2 : 1;  // patients side by side
    const int down = (patients + across - 1) / across;
    const int block = 4 * (kTile + kGap);
    Picture picture(across * block + (across - 1) * 3 * kGap, down * (2 * (kTile + kGap) + 3 * kGap));
    for (int p = 0; p < patients; ++p) {
      const auto& patient =
          cohort[(static_cast<std::size_t>(number(4, 0)) + static_cast<std::size_t>(p) * 10) % cohort.size()];
      const auto imaging = demo::imaging_of(patient);
      const auto& scanner = scanners[static_cast<std::size_t>(patient.latent.centre)];
      const auto seed = derive_seed(settings.seed, "demo image " + patient.id);
      const demo::Phantom phantom(imaging.truth, imaging.faults, imaging.habitus,
                                  demo::plan_slices(scanner, 0, seed).geometry.direction, seed);
      double w = 0, high = 1, b_high = 1;
      for (int examination = 0; examination < 2; ++examination) {
        const auto own = derive_seed(seed, "examination", static_cast<std::uint64_t>(examination));
        const auto plan = demo::plan_slices(scanner, examination, seed);
        const auto t2w = demo::degrade(demo::acquire_perfect(phantom, examination, plan), scanner,
                                       {examination == 0 && imaging.faults.motion_1 ? 1.0 : 0.0}, own);
        const auto dwi = demo::acquire_diffusion(
            phantom, examination, demo::plan_diffusion(plan, scanner.diffusion), scanner,
            (examination == 0 ? imaging.faults.gas_1 : imaging.faults.gas_2) ? demo::kMuchGas : demo::DiffusionErrors{},
            own);
        const auto& g = t2w.image.geometry;
        if (examination == 0) w = (widest_slice(t2w.tumour) - 0.5 * (g.size[2] - 1)) * g.spacing_mm[2];
        high = 1.25 * level(t2w.image, 0.85);
        b_high = level(dwi.high, 0.996);
        const int left = (p % across) * (block + 3 * kGap);
        const int top = (p / across) * (2 * (kTile + kGap) + 3 * kGap) + examination * (kTile + kGap);
        const int step = kTile + kGap;
        draw(picture, left, top, t2w.image, w, high, nullptr);
        draw(picture, left + step, top, t2w.image, w, high, &t2w.tumour);
        draw(picture, left + 2 * step, top, dwi.high, w, b_high, nullptr);
        draw(picture, left + 3 * step, top, dwi.adc, w, 3.0, nullptr);
      }
      std::printf("%s  volume %.1f ml, mrf %.1f mm (measured %.2f), deposits %d, remaining %.2f, gas %d/%d%s\n",
                  patient.id.c_str(), imaging.truth.before.volume_ml, imaging.truth.mrf_distance_mm_1,
                  phantom.mrf_distance_mm(), imaging.truth.deposits, imaging.truth.response.remaining,
                  imaging.faults.gas_1 ? 1 : 0, imaging.faults.gas_2 ? 1 : 0,
                  imaging.truth.bladder_invaded ? ", grows to the front" : "");
    }
    save(picture, argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
