#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Size and form of the whole region, in mm; resegmentation does not change them. Mesh volume, surface and diameters
/// from marching cubes; axes from the principal components of the voxel centres. Centre of mass shift and integrated
/// intensity also use the intensities. Computed in index space times spacing: directions of the image do not matter.
void compute_shape(const RegionView& region, FeatureCollector& out);

/// The surface that IBSI 1 gives an ellipsoid with semi-axes a >= b >= c > 0 (RDD2): its series to degree 20, in which
/// beta = sqrt(1 - c^2 / a^2). Exact for a sphere, up to 12% small for elongated ones: in Keller's series (1979) beta
/// has b^2 where IBSI has a^2. The reference values are those of IBSI's series.
double ibsi_ellipsoid_area(double a, double b, double c);

}  // namespace larc::radiomics
