#pragma once
#include <cstddef>
#include <vector>

#include "core/random.h"
#include "nn/api.h"

namespace larc::nn {

/// errors domain (no case, empty grid, a value that is not finite, a mask outside 0..1: names case and channel),
///        shape_mismatch (names the first case of another size)
void check_crops(const Crops& crops);

/// The stratum of each row for folds and batches: the label, or the event.
/// errors shape_mismatch (length), domain (label, time or event: names the row), refused (one class only, or fewer than
///        kFewest rows in either class; fewer than kFewest events)
std::vector<int> check_target(const Target& target, std::size_t rows);
inline constexpr std::size_t kFewest = 4;

/// errors domain (names the setting and its range)
void check_settings(const TrainSettings& settings);

/// What the images are centred on and divided by, per channel; masks keep mean 0 and sd 1.
struct InputScale {
  std::vector<float> mean;
  std::vector<float> sd;
};

/// Over all voxels of all crops. A channel that does not vary gets sd 1.
InputScale fit_scale(const Crops& crops);
/// The crops on that scale. errors shape_mismatch (channels)
std::vector<std::vector<float>> apply_scale(const InputScale& scale, const Crops& crops);

/// Fold of each row, 0 .. folds - 1: every stratum is spread evenly, and so are the fold sizes.
std::vector<int> stratified_folds(const std::vector<int>& strata, int folds, Random& random);

/// `rows` in random order, cut into batches of nearly equal size, at most `batch_size`, in which every stratum has
/// nearly its share. `strata` is indexed by row.
std::vector<std::vector<std::size_t>> stratified_batches(const std::vector<std::size_t>& rows,
                                                         const std::vector<int>& strata, std::size_t batch_size,
                                                         Random& random);

}  // namespace larc::nn
