// Zones, distance zones, grey tone differences and dependences by the definitions of IBSI 1, voxel by voxel and slow:
// shares nothing with the implementation.
#pragma once
#include "core/number.h"
#include "phantom.h"

namespace larc::test {

using image::Index3;
using radiomics::ExtractionSettings;

using Matrix = std::map<std::pair<int, int>, double>;  // level and extent
using Features = std::map<std::string, double>;

struct Slow {
  const Case& c;
  const ExtractionSettings& s;
  bool in_slices;

  bool in_mask(const Index3& v) const {
    for (std::size_t a = 0; a < 3; ++a)
      if (v[a] < 0 || v[a] >= c.mask.geometry.size[a]) return false;
    return c.mask.at(v[0], v[1], v[2]);
  }
  int level(const Index3& v) const {  // 0 outside the intensity region
    if (!in_mask(v)) return 0;
    const double x = c.image.at(v[0], v[1], v[2]);
    if (s.resegment_range && (x < (*s.resegment_range)[0] || x > (*s.resegment_range)[1])) return 0;
    return static_cast<int>(x);
  }
  std::vector<Index3> all_voxels() const {
    std::vector<Index3> all;
    for (int k = 0; k < c.mask.geometry.size[2]; ++k)
      for (int j = 0; j < c.mask.geometry.size[1]; ++j)
        for (int i = 0; i < c.mask.geometry.size[0]; ++i) all.push_back({i, j, k});
    return all;
  }
  std::vector<Index3> voxels(int slice) const {  // of the region; -1: of all slices
    std::vector<Index3> found;
    for (const Index3& v : all_voxels())
      if (level(v) > 0 && (slice < 0 || v[static_cast<std::size_t>(s.force_2d_axis)] == slice)) found.push_back(v);
    return found;
  }
  std::vector<Index3> around(const Index3& v, const std::vector<int>& distances) const {
    Index3 reach = c.mask.geometry.size;  // further steps lead out of the box
    for (int& r : reach) r = std::min(r, *std::max_element(distances.begin(), distances.end()));
    std::vector<Index3> found;
    for (int z = -reach[2]; z <= reach[2]; ++z)
      for (int y = -reach[1]; y <= reach[1]; ++y)
        for (int x = -reach[0]; x <= reach[0]; ++x) {
          const Index3 step{x, y, z};
          const int distance = std::max({std::abs(x), std::abs(y), std::abs(z)});
          if (in_slices && step[static_cast<std::size_t>(s.force_2d_axis)] != 0) continue;
          if (std::find(distances.begin(), distances.end(), distance) == distances.end()) continue;
          const Index3 other{v[0] + x, v[1] + y, v[2] + z};
          if (level(other) > 0) found.push_back(other);
        }
    return found;
  }
  int distance_to_edge(const Index3& v) const {
    int nearest = std::numeric_limits<int>::max();
    for (int k = -1; k <= c.mask.geometry.size[2]; ++k)
      for (int j = -1; j <= c.mask.geometry.size[1]; ++j)
        for (int i = -1; i <= c.mask.geometry.size[0]; ++i) {
          const Index3 other{i, j, k};
          const auto axis = static_cast<std::size_t>(s.force_2d_axis);
          if (in_mask(other) || (in_slices && other[axis] != v[axis])) continue;
          nearest = std::min(nearest, std::abs(i - v[0]) + std::abs(j - v[1]) + std::abs(k - v[2]));
        }
    return nearest;
  }

  void zones(int slice, Matrix& sizes, Matrix& distances) const {
    std::set<Index3> left;
    for (const Index3& v : voxels(slice)) left.insert(v);
    while (!left.empty()) {
      std::vector<Index3> zone{*left.begin()};
      left.erase(left.begin());
      int nearest = std::numeric_limits<int>::max();
      for (std::size_t n = 0; n < zone.size(); ++n) {
        nearest = std::min(nearest, distance_to_edge(zone[n]));
        for (const Index3& other : around(zone[n], {1}))
          if (level(other) == level(zone[n]) && left.erase(other) > 0) zone.push_back(other);
      }
      ++sizes[{level(zone[0]), static_cast<int>(zone.size())}];
      ++distances[{level(zone[0]), nearest}];
    }
  }
  Matrix dependences(int slice) const {
    Matrix matrix;
    for (const Index3& v : voxels(slice)) {
      int dependent = 1;
      for (const Index3& other : around(v, s.distances))
        dependent += std::abs(level(v) - level(other)) <= s.dependence_difference;
      ++matrix[{level(v), dependent}];
    }
    return matrix;
  }

  // Names in the order of the cells below; `tags` may leave names empty.
  static void add_level_features(const Matrix& matrix, double voxels, const std::vector<std::string>& tags,
                                 Features& out) {
    double total = 0;
    for (const auto& [cell, count] : matrix) total += count;
    std::map<int, double> levels, extents;
    std::vector<double> f(17, 0);
    double mean_level = 0, mean_extent = 0;
    for (const auto& [cell, count] : matrix) {
      const double p = count / total, i2 = std::pow(cell.first, 2), j2 = std::pow(cell.second, 2);
      levels[cell.first] += count;
      extents[cell.second] += count;
      f[0] += p / j2;
      f[1] += p * j2;
      f[2] += p / i2;
      f[3] += p * i2;
      f[4] += p / i2 / j2;
      f[5] += p * i2 / j2;
      f[6] += p * j2 / i2;
      f[7] += p * i2 * j2;
      f[15] -= p * std::log2(p);
      f[16] += p * p;
      mean_level += p * cell.first;
      mean_extent += p * cell.second;
    }
    for (const auto& [level, count] : levels) f[8] += count * count / total;
    f[9] = f[8] / total;
    for (const auto& [extent, count] : extents) f[10] += count * count / total;
    f[11] = f[10] / total;
    f[12] = total / voxels;
    for (const auto& [cell, count] : matrix) {
      f[13] += count / total * std::pow(cell.first - mean_level, 2);
      f[14] += count / total * std::pow(cell.second - mean_extent, 2);
    }
    for (std::size_t n = 0; n < tags.size(); ++n)
      if (!tags[n].empty()) out[tags[n]] = f[n];
  }

  void add_tones(int slice, bool with_lone_voxels, const std::string& prefix, Features& out) const {
    std::map<int, double> n, difference;
    double total = 0;
    for (const Index3& v : voxels(slice)) {
      const auto others = around(v, s.distances);
      if (others.empty() && !with_lone_voxels) continue;
      ++total;
      ++n[level(v)];
      double sum = 0;
      for (const Index3& other : others) sum += level(other);
      if (!others.empty()) difference[level(v)] += std::abs(level(v) - sum / static_cast<double>(others.size()));
    }
    double ps = 0, s_sum = 0, contrast = 0, busyness = 0, complexity = 0, strength = 0;
    for (const auto& [i, ni] : n) {
      ps += ni / total * difference[i];
      s_sum += difference[i];
      for (const auto& [j, nj] : n) {
        const double pi = ni / total, pj = nj / total;
        contrast += pi * pj * (i - j) * (i - j);
        busyness += std::abs(i * ni - j * nj) / total;
        complexity += std::abs(i - j) * (pi * difference[i] + pj * difference[j]) / (pi + pj) / total;
        strength += (pi + pj) * (i - j) * (i - j);
      }
    }
    const double used = static_cast<double>(n.size());
    out[prefix + "coarseness"] = ps > 0 ? 1 / ps : kNaN;
    out[prefix + "contrast"] = used > 1 ? contrast / (used * (used - 1)) * s_sum / total : kNaN;
    out[prefix + "busyness"] = busyness > 0 ? ps / busyness : kNaN;
    out[prefix + "complexity"] = total > 0 ? complexity : kNaN;
    out[prefix + "strength"] = s_sum > 0 ? strength / s_sum : kNaN;
  }

  Features features(int slice) const {
    static const std::vector<std::string> ends{"sze",    "lze",    "lgze",   "hgze",      "szlge", "szhge",
                                               "lzlge",  "lzhge",  "glnu",   "glnu_norm", "zsnu",  "zsnu_norm",
                                               "z_perc", "gl_var", "zs_var", "zs_entr"};
    static const std::vector<std::string> far_ends{"sde",    "lde",    "lgze",   "hgze",      "sdlge", "sdhge",
                                                   "ldlge",  "ldhge",  "glnu",   "glnu_norm", "zdnu",  "zdnu_norm",
                                                   "z_perc", "gl_var", "zd_var", "zd_entr"};
    static const std::vector<std::string> dependence_ends{
        "lde",       "hde",  "lgce",      "hgce",    "ldlge",  "ldhge",  "hdlge",   "hdhge",    "glnu",
        "glnu_norm", "dcnu", "dcnu_norm", "dc_perc", "gl_var", "dc_var", "dc_entr", "dc_energy"};
    const auto with = [](const std::string& prefix, std::vector<std::string> names) {
      for (std::string& name : names) name.insert(0, prefix);
      return names;
    };
    const double count = static_cast<double>(voxels(slice).size());
    Features out;
    Matrix sizes, distances;
    if (in_slices && slice < 0)
      for (int k = 0; k < c.mask.geometry.size[static_cast<std::size_t>(s.force_2d_axis)]; ++k)
        zones(k, sizes, distances);
    else
      zones(slice, sizes, distances);
    add_level_features(sizes, count, with("szm_", ends), out);
    add_level_features(distances, count, with("dzm_", far_ends), out);
    add_level_features(dependences(slice), count, with("ngl_", dependence_ends), out);
    add_tones(slice, false, "ngt_", out);
    return out;
  }
};

inline Features slow_features(const Case& c, const ExtractionSettings& s) {
  Features all;
  for (const auto& [name, value] : Slow{c, s, false}.features(-1)) all[name + "_3D"] = value;
  const Slow slices{c, s, true};
  for (const auto& [name, value] : slices.features(-1)) all[name + "_2_5D"] = value;
  std::map<std::string, std::vector<double>> each;
  for (int k = 0; k < c.mask.geometry.size[static_cast<std::size_t>(s.force_2d_axis)]; ++k) {
    if (slices.voxels(k).empty()) continue;
    for (const auto& [name, value] : slices.features(k)) {
      each[name];
      if (!std::isnan(value)) each[name].push_back(value);
    }
  }
  for (const auto& [name, values] : each) {
    double sum = 0;
    for (const double value : values) sum += value;
    all[name + "_2D"] = values.empty() ? kNaN : sum / static_cast<double>(values.size());
  }
  return all;
}

}  // namespace larc::test
