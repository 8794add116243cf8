#pragma once

namespace larc::stats {

/// P(X >= count) of a binomial of `trials` with probability p in [0, 1]; neither number need be whole. 1 for count <=
/// 0.
double binomial_upper_tail(double count, double trials, double p);

}  // namespace larc::stats
