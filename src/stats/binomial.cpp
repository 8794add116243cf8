#include "stats/binomial.h"

#include "stats/distributions.h"

namespace larc::stats {

double binomial_upper_tail(double count, double trials, double p) {
  if (count <= 0) return 1;
  return beta_cdf(p, count, trials - count + 1);
}

}  // namespace larc::stats
