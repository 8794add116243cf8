#include "io/dicom/contours.h"

#include <map>

namespace larc::io::dicom {

std::vector<Loop> trace_borders(const image::Mask& mask, int k) {
  using Corner = std::array<int, 2>;
  const image::Index3 size = mask.geometry.size;
  const auto inside = [&](int i, int j) { return i >= 0 && j >= 0 && i < size[0] && j < size[1] && mask.at(i, j, k); };
  // Corner (i, j) is the lower corner of voxel (i, j). Edges run with the voxel on their right hand (j downwards).
  std::map<Corner, std::vector<Corner>> leaving;
  for (int j = 0; j < size[1]; ++j)
    for (int i = 0; i < size[0]; ++i) {
      if (!inside(i, j)) continue;
      if (!inside(i, j - 1)) leaving[{i, j}].push_back({i + 1, j});
      if (!inside(i + 1, j)) leaving[{i + 1, j}].push_back({i + 1, j + 1});
      if (!inside(i, j + 1)) leaving[{i + 1, j + 1}].push_back({i, j + 1});
      if (!inside(i - 1, j)) leaving[{i, j + 1}].push_back({i, j});
    }
  std::vector<Loop> loops;
  while (!leaving.empty()) {
    const Corner start = leaving.begin()->first;
    std::vector<Corner> corners;
    Corner at = start, heading{0, 0};
    do {
      auto entry = leaving.find(at);
      auto& choices = entry->second;
      // Two ways leave a corner where voxels touch diagonally: turn to the right, around the same voxel.
      std::size_t pick = 0;
      for (std::size_t c = 0; c < choices.size(); ++c) {
        const Corner step{choices[c][0] - at[0], choices[c][1] - at[1]};
        if (heading[0] * step[1] - heading[1] * step[0] > 0) pick = c;
      }
      const Corner next = choices[pick];
      choices.erase(choices.begin() + static_cast<std::ptrdiff_t>(pick));
      if (choices.empty()) leaving.erase(entry);
      const Corner step{next[0] - at[0], next[1] - at[1]};
      if (step != heading) corners.push_back(at);
      heading = step;
      at = next;
    } while (at != start);
    Loop loop;
    for (const Corner& corner : corners) loop.push_back({corner[0] - 0.5, corner[1] - 0.5});
    loops.push_back(std::move(loop));
  }
  return loops;
}

void invert_within(const Loop& loop, image::Mask& mask, int k) {
  const image::Index3 size = mask.geometry.size;
  std::vector<std::vector<int>> crossings(static_cast<std::size_t>(size[1]));
  for (std::size_t a = 0; a < loop.size(); ++a) {
    std::array<double, 2> p = loop[a], q = loop[(a + 1) % loop.size()];
    if (p[1] == q[1]) continue;
    if (p[1] > q[1]) std::swap(p, q);
    const int first = static_cast<int>(std::max(0.0, std::ceil(p[1])));
    const int last = static_cast<int>(std::min(size[1] - 1.0, std::ceil(q[1]) - 1.0));
    for (int j = first; j <= last; ++j) {
      const double x = p[0] + (j - p[1]) / (q[1] - p[1]) * (q[0] - p[0]);
      crossings[static_cast<std::size_t>(j)].push_back(
          static_cast<int>(std::clamp(std::ceil(x), 0.0, static_cast<double>(size[0]))));
    }
  }
  for (int j = 0; j < size[1]; ++j) {
    auto& row = crossings[static_cast<std::size_t>(j)];
    std::sort(row.begin(), row.end());
    for (std::size_t c = 0; c + 1 < row.size(); c += 2)
      for (int i = row[c]; i < row[c + 1]; ++i) mask.voxels[mask.geometry.offset(i, j, k)] ^= 1U;
  }
}

}  // namespace larc::io::dicom
