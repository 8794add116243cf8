#pragma once
// Images of the synthetic cohort and what tests measure in them.
#include <cmath>
#include <vector>

#include "demo/acquisition.h"
#include "demo/cohort.h"
#include "demo/demo.h"
#include "demo/diffusion.h"

namespace larc::demo {

inline double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double n = static_cast<double>(a.size());
  double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ma += a[i] / n;
    mb += b[i] / n;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
    ab += (a[i] - ma) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

struct Moments {
  double mean = 0, sd = 0;
};
inline Moments moments(const std::vector<double>& voxels, const std::vector<std::uint8_t>* mask) {
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    if (mask != nullptr && (*mask)[i] == 0) continue;
    sum += voxels[i];
    squares += voxels[i] * voxels[i];
    ++count;
  }
  return {sum / count, std::sqrt(squares / count - sum / count * (sum / count))};
}

inline Phantom phantom_of(const DemoPatient& patient, const Scanner& scanner, std::uint64_t seed) {
  const auto imaging = imaging_of(patient);
  return Phantom(imaging.truth, imaging.faults, imaging.habitus, plan_slices(scanner, 0, seed).geometry.direction,
                 seed);
}

/// An ordinary patient whose tumour is `truth`, on the first scanner.
struct Examined {
  Scanner scanner = scanners_of(Scenario::signal).front();
  Phantom phantom;
  explicit Examined(const ImagingTruth& truth, const ImagingFaults& faults = {}, std::uint64_t seed = 3)
      : phantom(truth, faults, {}, plan_slices(scanners_of(Scenario::signal).front(), 0, seed).geometry.direction,
                seed) {}
  Acquisition t2w(int examination, std::uint64_t seed = 3) const {
    return acquire_perfect(phantom, examination, plan_slices(scanner, examination, seed));
  }
  DiffusionAcquisition diffusion(int examination, bool gas = false, std::uint64_t seed = 3) const {
    return acquire_diffusion(phantom, examination,
                             plan_diffusion(plan_slices(scanner, examination, seed), scanner.diffusion), scanner,
                             gas ? kMuchGas : DiffusionErrors{}, seed);
  }
};

/// Values of `volume` whose place lies inside the mask, which has another grid of the same axes.
inline Moments within(const image::Volume& volume, const image::Mask& mask) {
  std::vector<std::uint8_t> inside(volume.voxels.size(), 0);
  const auto& g = volume.geometry;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const auto at = mask.geometry.index_ijk(
            g.point_lps({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
        int index[3];
        bool in = true;
        for (std::size_t a = 0; a < 3; ++a) {
          index[a] = static_cast<int>(std::lround(at[a]));
          in = in && index[a] >= 0 && index[a] < mask.geometry.size[a];
        }
        inside[g.offset(i, j, k)] = in && mask.at(index[0], index[1], index[2]) ? 1 : 0;
      }
  return moments(volume.voxels, &inside);
}

}  // namespace larc::demo
