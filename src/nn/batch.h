#pragma once
#include <vector>

#include "nn/data.h"
#include "nn/network.h"

namespace larc::nn {

/// A crop of a case, ready for the network.
struct BatchCrop {
  std::size_t place;  // of the case in the batch
  std::size_t view;
  std::vector<float> values;
};

/// crops in any order; table (cases of the batch)(columns of the groups in their order), empty without columns
Inputs make_inputs(const NetworkSpec& spec, std::size_t cases, const std::vector<BatchCrop>& crops,
                   const std::vector<std::vector<double>>& table);

/// The cases with the views and columns of the network alone, in its order; what they lack is absent or NaN.
/// errors shape_mismatch: the grids differ
Cases bound_cases(const NetworkSpec& spec, const Cases& cases);

}  // namespace larc::nn
