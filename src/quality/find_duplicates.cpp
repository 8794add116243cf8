#include "core/parallel.h"
#include "quality/near_duplicate.h"

namespace larc::quality {

namespace {

constexpr int kReach = 1;                 // whole cells to either side
constexpr int kFarthest = 4;              // cells between the places that geometries say
constexpr double kWorthSearching = 0.35;  // correlation at the middle and where the geometries say
constexpr double kWorthRefining = 0.5;    // correlation at whole cells
constexpr double kLeastOverlap = 0.25;    // of the cells of the smaller image

double product(const float* a, const float* b, std::size_t count) {
  std::array<float, 8> sums{};
  for (std::size_t n = 0; n < count; n += sums.size())
    for (std::size_t l = 0; l < sums.size(); ++l) sums[l] += a[n + l] * b[n + l];
  double sum = 0;
  for (const float part : sums) sum += static_cast<double>(part);
  return sum;
}

bool is_candidate(const ImageSignature& a, const ImageSignature& b) {
  return product(a.coarse.data(), b.coarse.data(), a.coarse.size()) >= kCandidate;
}

double count_of(const std::array<int, 3>& lower, const std::array<int, 3>& upper) {
  double count = 1;
  for (std::size_t a = 0; a < 3; ++a) count *= std::max(0, upper[a] - lower[a] + 1);
  return count;
}

bool enough(double count, const ImageSignature& a, const ImageSignature& b) {
  return count >= 8 && count >= kLeastOverlap * std::min(count_of(a.lower, a.upper), count_of(b.lower, b.upper));
}

double correlation(double count, double sa, double sb, double saa, double sbb, double sab) {
  const double va = saa - sa * sa / count, vb = sbb - sb * sb / count;
  return va > 0 && vb > 0 ? (sab - sa * sb / count) / std::sqrt(va * vb) : 0;
}

using Shift = std::array<int, 3>;

/// Correlation of a with b moved by whole cells.
double correlation_at(const ImageSignature& a, const ImageSignature& b, const Shift& shift) {
  std::array<int, 3> lower, upper;
  for (std::size_t x = 0; x < 3; ++x) {
    lower[x] = std::max(a.lower[x], b.lower[x] - shift[x]);
    upper[x] = std::min(a.upper[x], b.upper[x] - shift[x]);
  }
  const double count = count_of(lower, upper);
  if (!enough(count, a, b)) return 0;
  const auto& size = ImageSignature::kFine;
  int sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;  // 16384 cells of at most 127^2
  for (int k = lower[2]; k <= upper[2]; ++k)
    for (int j = lower[1]; j <= upper[1]; ++j) {
      const std::int8_t* p = a.fine.data() + (k * size[1] + j) * size[0];
      const std::int8_t* q = b.fine.data() + ((k + shift[2]) * size[1] + j + shift[1]) * size[0] + shift[0];
      for (int i = lower[0]; i <= upper[0]; ++i) {
        const int x = p[i], y = q[i];
        sa += x;
        sb += y;
        saa += x * x;
        sbb += y * y;
        sab += x * y;
      }
    }
  return correlation(count, sa, sb, saa, sbb, sab);
}

/// The same, b read between its cells.
double correlation_between(const ImageSignature& a, const ImageSignature& b, const std::array<double, 3>& shift) {
  std::array<int, 3> whole, lower, upper;
  std::array<double, 3> part;
  for (std::size_t x = 0; x < 3; ++x) {
    whole[x] = static_cast<int>(std::floor(shift[x]));
    part[x] = shift[x] - whole[x];
    lower[x] = std::max(a.lower[x], b.lower[x] - whole[x]);
    upper[x] = std::min(a.upper[x], b.upper[x] - whole[x] - (part[x] > 0 ? 1 : 0));
  }
  const double count = count_of(lower, upper);
  if (!enough(count, a, b)) return 0;
  const auto& size = ImageSignature::kFine;
  const int ni = part[0] > 0 ? 1 : 0, nj = part[1] > 0 ? size[0] : 0, nk = part[2] > 0 ? size[0] * size[1] : 0;
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (int k = lower[2]; k <= upper[2]; ++k)
    for (int j = lower[1]; j <= upper[1]; ++j) {
      const std::int8_t* p = a.fine.data() + (k * size[1] + j) * size[0];
      const std::int8_t* q = b.fine.data() + ((k + whole[2]) * size[1] + j + whole[1]) * size[0] + whole[0];
      for (int i = lower[0]; i <= upper[0]; ++i) {
        const auto along = [&](int from) { return (1 - part[0]) * q[i + from] + part[0] * q[i + from + ni]; };
        const auto plane = [&](int from) { return (1 - part[1]) * along(from) + part[1] * along(from + nj); };
        const double x = p[i], y = (1 - part[2]) * plane(0) + part[2] * plane(nk);
        sa += x;
        sb += y;
        saa += x * x;
        sbb += y * y;
        sab += x * y;
      }
    }
  return correlation(count, sa, sb, saa, sbb, sab);
}

/// Whole cells first: where the geometries say, and around the middle.
double best_whole(const ImageSignature& a, const ImageSignature& b, Shift& best_shift) {
  best_shift = {0, 0, 0};
  double best = correlation_at(a, b, best_shift);
  const auto look = [&](const Shift& shift) {
    const double here = correlation_at(a, b, shift);
    if (here > best) {
      best = here;
      best_shift = shift;
    }
  };
  Shift said;
  for (std::size_t x = 0; x < 3; ++x) said[x] = a.place[x] - b.place[x];
  if (std::all_of(said.begin(), said.end(), [](int cells) { return std::abs(cells) <= kFarthest; })) look(said);
  if (best < kWorthSearching) return best;
  for (int k = -kReach; k <= kReach; ++k)
    for (int j = -kReach; j <= kReach; ++j)
      for (int i = -kReach; i <= kReach; ++i) look({i, j, k});
  return best;
}

/// Groups of positions whose images have one key, in the order of the list.
template <typename Key>
std::vector<std::vector<std::size_t>> groups_by(const std::vector<SignedImage>& images, Key&& key) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t n = 0; n < images.size(); ++n) groups[key(images[n])].push_back(n);
  std::vector<std::vector<std::size_t>> result;
  for (auto& [name, members] : groups) result.push_back(std::move(members));
  return result;
}

}  // namespace

double similarity(const ImageSignature& a, const ImageSignature& b) {
  Shift whole;
  double best = best_whole(a, b, whole);
  if (best < kWorthRefining) return best;
  std::array<double, 3> best_shift;
  for (std::size_t x = 0; x < 3; ++x) best_shift[x] = whole[x];
  for (const double step : {0.5, 0.25})
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto from = best_shift;
      for (const double way : {-step, step}) {
        auto shift = from;
        shift[axis] += way;
        const double here = correlation_between(a, b, shift);
        if (here > best) {
          best = here;
          best_shift = shift;
        }
      }
    }
  return best;
}

std::vector<Duplicate> find_duplicates(const std::vector<SignedImage>& images, int threads) {
  std::vector<Duplicate> found;
  for (const auto& same : groups_by(images, [](const SignedImage& image) { return image.signature.pixel_hash; }))
    for (std::size_t a = 0; a < same.size(); ++a)
      for (std::size_t b = a + 1; b < same.size(); ++b) found.push_back({same[a], same[b], DuplicateKind::exact, 1});
  for (const auto& group : groups_by(images, [](const SignedImage& image) { return image.group; })) {
    std::vector<std::vector<Duplicate>> of_first(group.size());
    parallel_for(group.size(), threads, [&](std::size_t a) {
      const auto& first = images[group[a]].signature;
      for (std::size_t b = a + 1; b < group.size(); ++b) {
        const auto& second = images[group[b]].signature;
        if (first.pixel_hash == second.pixel_hash || !is_candidate(first, second)) continue;
        const double alike = similarity(first, second);
        if (alike < kAlike) continue;
        const auto kind = alike >= kDuplicate ? DuplicateKind::near : DuplicateKind::alike;
        of_first[a].push_back({group[a], group[b], kind, alike});
      }
    });
    for (const auto& pairs : of_first) found.insert(found.end(), pairs.begin(), pairs.end());
  }
  std::sort(found.begin(), found.end(), [](const Duplicate& a, const Duplicate& b) {
    return a.first != b.first ? a.first < b.first : a.second < b.second;
  });
  return found;
}

std::string to_string(DuplicateKind kind) {
  switch (kind) {
    case DuplicateKind::exact:
      return "exact";
    case DuplicateKind::near:
      return "near";
    case DuplicateKind::alike:
      break;
  }
  return "alike";
}

}  // namespace larc::quality
