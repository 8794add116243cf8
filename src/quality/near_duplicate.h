#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::quality {

/// What an image is known by again: about 20 kB. Made of cells that lie in the image itself, whatever its place in the
/// patient: axes turned to the nearest of LPS, cells counted from the middle. Cell means become ranks, so that slope,
/// intercept and any other monotone scale do not matter; their neighbourhood's mean is taken away, so that what
/// pelves have in common counts less than what is one image's own.
struct ImageSignature {
  static constexpr std::array<int, 3> kCoarse{16, 16, 8}, kFine{32, 32, 16};
  static constexpr double kFineMm = 6, kCoarseMm = 12;

  std::string pixel_hash;               // SHA-256 of size and voxels, no geometry
  std::vector<float> coarse;            // (256 + 2048,): sums over 2 x 2 x 2 cells, then cells; the latter of length 1
  float rest = 0;                       // length of what the sums do not hold
  std::vector<std::int8_t> fine;        // (32 * 32 * 16,) i fastest
  std::array<int, 3> lower{}, upper{};  // cells of `fine` that the image fills, both inside
};

/// errors domain: NaN or infinite voxels, invalid geometry
ImageSignature signature_of(const image::Volume& volume);

enum class DuplicateKind { exact, near };
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

/// Correlation of the fine cells, shifted against one another by up to a cell and three quarters along each axis, to a
/// quarter of a cell: -1 .. 1; 0 where too little overlaps.
double similarity(const ImageSignature& a, const ImageSignature& b);

/// Chosen on the demonstration cohort: see README.
inline constexpr double kCandidate = 0.6, kDuplicate = 0.8;

/// All pairs that show the same image, in the order of the list. Exact ones come from a sorted list of hashes, in n log
/// n. For near ones every pair of a group costs 256 products, of which a bound on the correlation of all cells follows
/// (Cauchy, Schwarz), so that none above the candidate threshold is lost; few pairs cost the other 2048, and candidates
/// about a million operations. Seconds for some thousand images.
std::vector<Duplicate> find_duplicates(const std::vector<SignedImage>& images, int threads = 1);

}  // namespace larc::quality
