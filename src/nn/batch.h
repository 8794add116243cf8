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

/// Where the network's views and columns stand in the cases; view_of: -1 where the cases lack it.
struct Binding {
  std::vector<std::int64_t> view_of;
  std::vector<std::int64_t> column_of;
};
/// errors shape_mismatch: the grids differ
Binding bind(const NetworkSpec& spec, const Cases& cases);

/// Values of one case in the order of the network's columns; NaN where the cases lack the column.
std::vector<double> table_row(const Binding& binding, const Cases& cases, std::size_t row);

}  // namespace larc::nn
