#pragma once
#include "demo/mesorectum.h"
#include "demo/tumour.h"

namespace larc::demo {

/// Where the rectum lies in the mesorectum, and how wide the latter is.
struct Placement {
  double shift_u = 0;
  double shift_v = 0;
  double girth = 1;
};

/// The placement nearest to the usual anatomy at which the tumour's closest point lies `distance_mm` within the fascia
/// of Mesorectum(girth, seed); negative: beyond it. The rectum moves towards the tumour's side or away from it.
Placement place_rectum(const Tumour& tumour, double distance_mm, std::uint64_t seed);

/// Distance of the closest points of the tumour's surface and the fascia, in mm, by brute force; 0 where the tumour
/// reaches the fascia or passes it.
double measure_mrf_distance(const Tumour& tumour, const Mesorectum& mesorectum);

}  // namespace larc::demo
