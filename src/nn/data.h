#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "core/random.h"
#include "nn/api.h"

namespace larc::nn {

/// Everything of the cases but the crops, which are checked when they are read.
/// errors domain (no case, empty grid, a view twice, a table value that is infinite), shape_mismatch (names the first
///        case of another size), refused (a case with nothing to read, names it)
void check_cases(const Cases& cases);

/// errors domain (names the setting and its range)
void check_settings(const TrainSettings& settings);

/// What the images of each view are centred on and divided by.
struct InputScale {
  std::vector<float> mean;
  std::vector<float> sd;
};

/// One crop. errors shape_mismatch (size), domain (a value that is not finite, a mask outside 0..1): names the case and
/// the view
std::vector<float> read_crop(const Cases& cases, std::size_t row, std::size_t view);

/// Over all voxels of all crops of a view. One that does not vary, or has no crop, gets mean 0 and sd 1.
InputScale fit_scale(const Cases& cases);
/// Brings the image of a crop on that scale; the mask stays.
void apply_scale(const InputScale& scale, std::size_t view, std::vector<float>& crop);

/// Crops on the scale of the training, the least recently used given up when they no longer fit. Of one thread.
class CropCache {
 public:
  CropCache(const Cases& cases, const InputScale& scale, std::size_t bytes)
      : cases_(cases), scale_(scale), bytes_(bytes) {}
  std::shared_ptr<const std::vector<float>> get(std::size_t row, std::size_t view);

 private:
  struct Entry {
    std::size_t key;
    std::shared_ptr<const std::vector<float>> crop;
  };
  const Cases& cases_;
  const InputScale& scale_;
  std::size_t bytes_;
  std::size_t held_ = 0;
  std::list<Entry> order_;  // the last used first
  std::map<std::size_t, std::list<Entry>::iterator> places_;
};

/// Fold of each row, 0 .. folds - 1: every stratum is spread evenly, and so are the fold sizes. Rows of one unit stand
/// in one fold, in the stratum of the first of them. units may be empty
std::vector<int> stratified_folds(const std::vector<int>& strata, const std::vector<std::size_t>& units, int folds,
                                  Random& random);

/// `rows` in random order, cut into batches of nearly equal size, at most `batch_size`, in which every stratum has
/// nearly its share. `strata` is indexed by row.
std::vector<std::vector<std::size_t>> stratified_batches(const std::vector<std::size_t>& rows,
                                                         const std::vector<int>& strata, std::size_t batch_size,
                                                         Random& random);

}  // namespace larc::nn
