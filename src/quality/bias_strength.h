#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// %: how far a smooth multiplicative field spreads over the body, from its 5th to its 95th percentile: 100 (p95 / p5 -
/// 1). Log intensities are fitted by a polynomial of second order in space plus one constant for each of two tissues,
/// the tissues again by what is left of the polynomial, in turns (the parametric bias estimate of Styner 2000, on log
/// intensities and by least squares). MRIQC gives the spread of an N4 field (Tustison 2010) in its place, which takes
/// seconds.
Number bias_strength(const Scene& scene);

}  // namespace larc::quality
