#include "radiomics/count_log.h"

#include <vector>

namespace larc::radiomics {

const double* count_log_table() {
  static const std::vector<double> table = [] {
    std::vector<double> values(kTabledCounts, 0);
    for (std::size_t k = 2; k < kTabledCounts; ++k)
      values[k] = static_cast<double>(k) * std::log2(static_cast<double>(k));
    return values;
  }();
  return table.data();
}

}  // namespace larc::radiomics
