#include "io/dicom/keyholes.h"

#include <cmath>
#include <map>
#include <optional>

namespace larc::io::dicom {

namespace {

constexpr double kSame_voxels = 0.05;

/// Corners of the path by cells as wide as the tolerance.
class Corners {
 public:
  using Cell = std::array<long long, 2>;
  void add(const std::array<double, 2>& p, std::size_t index) { cells_[cell_of(p)].push_back(index); }
  void remove_last(const std::array<double, 2>& p) {
    const auto found = cells_.find(cell_of(p));
    found->second.pop_back();
    if (found->second.empty()) cells_.erase(found);
  }
  /// The latest corner of the path within the tolerance.
  std::optional<std::size_t> near(const std::array<double, 2>& p, const Loop& path) const {
    std::optional<std::size_t> latest;
    const Cell centre = cell_of(p);
    for (long long dx = -1; dx <= 1; ++dx)
      for (long long dy = -1; dy <= 1; ++dy) {
        const auto found = cells_.find({centre[0] + dx, centre[1] + dy});
        if (found == cells_.end()) continue;
        for (const std::size_t index : found->second)
          if (std::hypot(path[index][0] - p[0], path[index][1] - p[1]) <= kSame_voxels && (!latest || index > *latest))
            latest = index;
      }
    return latest;
  }

 private:
  static Cell cell_of(const std::array<double, 2>& p) {
    return {std::llround(p[0] / kSame_voxels), std::llround(p[1] / kSame_voxels)};
  }
  std::map<Cell, std::vector<std::size_t>> cells_;
};

/// Nothing but the line itself: narrower on average than the tolerance.
bool is_sliver(const Loop& loop) {
  if (loop.size() < 3) return true;
  double doubled_area = 0, length = 0;
  for (std::size_t a = 0; a < loop.size(); ++a) {
    const auto& p = loop[a];
    const auto& q = loop[(a + 1) % loop.size()];
    doubled_area += p[0] * q[1] - q[0] * p[1];
    length += std::hypot(q[0] - p[0], q[1] - p[1]);
  }
  return std::abs(doubled_area) <= kSame_voxels * length;
}

}  // namespace

std::vector<Loop> open_keyholes(const Loop& loop) {
  std::vector<Loop> parts;
  Loop path;
  Corners corners;
  for (const auto& corner : loop) {
    const auto back = corners.near(corner, path);
    if (!back) {
      corners.add(corner, path.size());
      path.push_back(corner);
      continue;
    }
    // What lies between is a loop of its own; the path goes on from the corner it came back to.
    parts.emplace_back(path.begin() + static_cast<std::ptrdiff_t>(*back), path.end());
    while (path.size() > *back + 1) {
      corners.remove_last(path.back());
      path.pop_back();
    }
  }
  parts.push_back(std::move(path));
  std::vector<Loop> kept;
  for (auto& part : parts)
    if (!is_sliver(part)) kept.push_back(std::move(part));
  return kept;
}

}  // namespace larc::io::dicom
