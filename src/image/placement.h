#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::image {

/// How the voxels of one grid lie on those of another with the same voxel centres: voxel v of the first is voxel
/// offset + sum over a of step[a] * v[a] along axis[a] of the second.
struct LatticeMap {
  Index3 axis;  // a permutation of 0, 1, 2
  Index3 step;  // 1 or -1
  Index3 offset;

  Index3 operator()(int i, int j, int k) const {
    Index3 at = offset;
    at[static_cast<std::size_t>(axis[0])] += step[0] * i;
    at[static_cast<std::size_t>(axis[1])] += step[1] * j;
    at[static_cast<std::size_t>(axis[2])] += step[2] * k;
    return at;
  }
};

/// Nothing when the axes are not parallel or a corner of `from` is more than 0.02 voxels off a voxel centre of `onto`
/// (as far as headers round coordinates). The grids need not cover the same space. Along an axis of one voxel only its
/// direction counts.
std::optional<LatticeMap> lattice_map(const Geometry& from, const Geometry& onto);

/// The same voxels with their axes in the order and direction that come nearest to those of `like`.
Geometry reoriented_like(const Geometry& geometry, const Geometry& like);

/// What to do with a mask whose voxels are not those of the image.
enum class OtherGrid { refuse, nearest };

/// A mask on the grid of an image, by position in the patient, never by index: flipped and permuted axes, and grids
/// that cover more or less than the image, are exact. Another grid is refused, or resampled by nearest neighbour with a
/// note that says what differs. errors geometry_mismatch (another grid: what differs and by how much; marked voxels
/// outside the image: how many)
///        domain (nothing marked; no voxel of the image within)
Mask mask_on(const Mask& mask, const Geometry& image, OtherGrid other = OtherGrid::refuse,
             std::vector<std::string>* notes = nullptr);

/// One label of a label map. errors as above and of select_label
Mask mask_on(const Volume& labels, int label, const Geometry& image, OtherGrid other = OtherGrid::refuse,
             std::vector<std::string>* notes = nullptr);

/// The volume of a region, mm3.
double volume_mm3(const Mask& mask);

/// The volume of each label but 0, mm3. errors domain: values that are not whole numbers, or over 65535
std::map<int, double> label_volumes_mm3(const Volume& labels);

/// The nearest voxel of a continuous index; half-way goes up, whatever rounding left of it.
int nearest_index(double index);

}  // namespace larc::image
