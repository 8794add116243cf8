#include "stats/rank_correlation.h"

#include <cmath>

#include "core/error.h"
#include "stats/rank.h"

namespace larc::stats {

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size())
    throw Error(ErrorCode::shape_mismatch, "a rank correlation of " + std::to_string(a.size()) + " and " +
                                               std::to_string(b.size()) + " values cannot be computed");
  const std::vector<double> x = midranks(a), y = midranks(b);
  const double mean = 0.5 * (static_cast<double>(x.size()) + 1);
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

}  // namespace larc::stats
