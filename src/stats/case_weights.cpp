#include "stats/case_weights.h"

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"

namespace larc::stats {

void check_case_weights(const std::vector<double>& weights, std::size_t rows) {
  if (weights.empty()) return;
  check_same_size("weights", weights.size(), "labels", rows);
  check_finite("weights", weights);
  for (std::size_t i = 0; i < rows; ++i)
    if (weights[i] < 0.0)
      throw Error(ErrorCode::domain, "weights has " + format_double(weights[i]) + " in row " + std::to_string(i + 1) +
                                         "; a weight is not negative");
}

}  // namespace larc::stats
