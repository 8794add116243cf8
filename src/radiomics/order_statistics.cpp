#include "radiomics/order_statistics.h"

#include "core/simd.h"

namespace larc::radiomics {

namespace {

constexpr std::size_t kSorted = 512;  // so few are sorted at once
constexpr std::size_t kBlock = 1024;

// Buckets of equal width between two values; a larger value never falls into a lower bucket.
struct Buckets {
  double lowest, scale;
  int last;
};

LARC_SIMD void find_buckets(const double* values, std::size_t count, Buckets buckets, int* found) {
  for (std::size_t v = 0; v < count; ++v) {
    const int bucket = static_cast<int>((values[v] - buckets.lowest) * buckets.scale);
    found[v] = bucket > buckets.last ? buckets.last : bucket;
  }
}

template <typename Work>
void for_each_bucket(const std::vector<double>& values, const Buckets& buckets, const Work& work) {
  std::array<int, kBlock> found;
  for (std::size_t start = 0; start < values.size(); start += kBlock) {
    const std::size_t count = std::min(kBlock, values.size() - start);
    find_buckets(values.data() + start, count, buckets, found.data());
    for (std::size_t v = 0; v < count; ++v) work(values[start + v], static_cast<std::size_t>(found[v]));
  }
}

// The values of the ranks, which ascend and stand from `offset` on in the whole. Only buckets that hold one of them are
// looked into, again by buckets where they are large.
void select(const std::vector<double>& values, double lowest, double highest, std::size_t offset,
            const std::size_t* rank, std::size_t ranks, double* result) {
  if (lowest == highest) {
    std::fill_n(result, ranks, lowest);
    return;
  }
  const std::size_t count = std::clamp<std::size_t>(values.size() / 8, 1, 4096);
  const double scale = static_cast<double>(count) / (highest - lowest);
  if (values.size() <= kSorted || !std::isfinite(scale) || scale == 0) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t r = 0; r < ranks; ++r) result[r] = sorted[rank[r] - offset];
    return;
  }
  const Buckets buckets{lowest, scale, static_cast<int>(count) - 1};
  std::vector<std::uint32_t> sizes(count, 0);
  for_each_bucket(values, buckets, [&](double, std::size_t bucket) { ++sizes[bucket]; });

  struct Part {
    std::size_t first_rank, ranks, start;
    std::vector<double> values;
  };
  std::vector<Part> parts;
  std::vector<int> part_of(count, -1);
  std::size_t start = offset, r = 0;
  for (std::size_t bucket = 0; bucket < count && r < ranks; start += sizes[bucket++]) {
    const std::size_t first = r;
    while (r < ranks && rank[r] < start + sizes[bucket]) ++r;
    if (r == first) continue;
    part_of[bucket] = static_cast<int>(parts.size());
    parts.push_back({first, r - first, start, {}});
    parts.back().values.reserve(sizes[bucket]);
  }
  for_each_bucket(values, buckets, [&](double value, std::size_t bucket) {
    if (part_of[bucket] >= 0) parts[static_cast<std::size_t>(part_of[bucket])].values.push_back(value);
  });
  for (const Part& part : parts) {
    const auto [low, high] = std::minmax_element(part.values.begin(), part.values.end());
    select(part.values, *low, *high, part.start, rank + part.first_rank, part.ranks, result + part.first_rank);
  }
}

}  // namespace

std::vector<double> percentiles(const std::vector<double>& values, const std::vector<double>& fractions) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return percentiles(values, fractions, {*low, *high});
}

std::vector<double> percentiles(const std::vector<double>& values, const std::vector<double>& fractions,
                                const std::array<double, 2>& range) {
  std::vector<std::size_t> ranks;
  for (const double fraction : fractions) {
    const auto below = static_cast<std::size_t>(std::floor(static_cast<double>(values.size() - 1) * fraction));
    ranks.push_back(below);
    ranks.push_back(std::min(below + 1, values.size() - 1));
  }
  std::vector<std::size_t> sorted = ranks;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<double> found(sorted.size());
  select(values, range[0], range[1], 0, sorted.data(), sorted.size(), found.data());
  const auto at = [&](std::size_t rank) {
    return found[static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), rank) - sorted.begin())];
  };
  std::vector<double> result;
  for (std::size_t f = 0; f < fractions.size(); ++f) {
    const double low = at(ranks[2 * f]), high = at(ranks[2 * f + 1]);
    const double weight = static_cast<double>(values.size() - 1) * fractions[f] - static_cast<double>(ranks[2 * f]);
    result.push_back(low + (high - low) * weight);
  }
  return result;
}

}  // namespace larc::radiomics
