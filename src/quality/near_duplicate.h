#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::quality {

/// What an image is known by again: about 20 kB. Made of cells along the axes of the image, turned to the nearest of
/// LPS. Cell means become ranks, so that slope, intercept and any other monotone scale do not matter; their
/// neighbourhood's mean is taken away, so that what pelves have in common counts less than what is one image's own.
struct ImageSignature {
  static constexpr std::array<int, 3> kCoarse{12, 12, 6}, kFine{32, 32, 16};
  static constexpr double kCoarseMm = 8, kFineMm = 6;

  std::string pixel_hash;         // SHA-256 of size and voxels, no geometry
  std::vector<float> coarse;      // (12 * 12 * 6,) the middle of the image; length 1
  std::vector<std::int8_t> fine;  // (32 * 32 * 16,) i fastest, about the middle, on a lattice fixed to the patient
  std::array<int, 3> place{};     // of the first fine cell on that lattice
  std::array<int, 3> lower{}, upper{};  // fine cells that the image fills, both inside
};

/// errors domain: NaN or infinite voxels, invalid geometry
ImageSignature signature_of(const image::Volume& volume);

/// exact  the same voxels
/// near   the same image, resampled, rescaled, cropped or with added noise
/// alike  as alike as two examinations of one patient: the same patient under two names, or an image much changed
enum class DuplicateKind { exact, near, alike };
std::string to_string(DuplicateKind kind);

struct Duplicate {
  std::size_t first, second;  // positions in the list, first < second
  DuplicateKind kind;
  double similarity;  // 1 of exact ones, else the correlation of fine cells at the best place
};

/// One image of the list. Only images of one group (a sequence role) are compared for likeness: two b-values of one
/// examination are alike and no duplicates.
struct SignedImage {
  std::string group;
  ImageSignature signature;
};

/// Correlation of the fine cells: -1 .. 1; 0 where too little overlaps. At the place that the geometries say and
/// shifted from there or from the middle by up to a cell and three quarters along each axis, to a quarter of a cell, as
/// geometry may be lost; the latter only where whole cells already agree.
double similarity(const ImageSignature& a, const ImageSignature& b);

/// Chosen on demonstration images. Copies with their geometry (cropped, resampled, rescaled, 5% noise) reach 0.98 and
/// more; cropped by four voxels with the geometry lost 0.87 - 0.97; two examinations of a patient 0.60 - 0.91; two
/// patients at most 0.79.
inline constexpr double kCandidate = 0.68, kAlike = 0.82, kDuplicate = 0.89;

/// All pairs that show the same image, in the order of the list. Exact ones come from a sorted list of hashes, in n log
/// n, whatever the group. For others every pair of a group costs 864 multiplications, and the few candidates a hundred
/// thousand.
std::vector<Duplicate> find_duplicates(const std::vector<SignedImage>& images, int threads = 1);

}  // namespace larc::quality
