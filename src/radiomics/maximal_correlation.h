#pragma once
#include "radiomics/glcm_sums.h"

namespace larc::radiomics {

/// Maximal correlation of the two levels of a pair (Sarmanov 1958): the second singular value of
/// p(i,j) / sqrt(px(i) py(j)), 0 for a single level. The first one is 1 with known vectors; the second comes from
/// Lanczos steps without them, until its residual is 1e-9 of it or the steps span everything. NaN where a sparse
/// matrix needs more than 256 steps.
/// sums  of the same matrix with the same `symmetric` and `reversed`, total above 0
template <typename Count>
double maximal_correlation_of(const Count* matrix, const PairSums& sums, bool symmetric, bool reversed);

double maximal_correlation_of(const SparsePairs& pairs, const PairSums& sums, bool symmetric);

}  // namespace larc::radiomics
