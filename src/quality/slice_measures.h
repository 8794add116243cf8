#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

struct SliceMeasures {
  Number jump;  // %: greatest departure of a slice's median from the geometric mean of its two neighbours' (crosstalk
                // of interleaved slices, motion between passes; slice-wise signal of Andersson 2016)
  Number missing;  // slices of less than a tenth of the median slice's signal
};

/// Medians of the body in each slice.
SliceMeasures slice_measures(const Scene& scene);

}  // namespace larc::quality
