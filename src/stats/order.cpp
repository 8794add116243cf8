#include "stats/order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace larc::stats {

namespace {

constexpr std::size_t kRadixFrom = 1024;  // below it comparisons are quicker than six counts of 2048
constexpr int kDigitBits = 11;
constexpr int kDigits = 6;
constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;

struct Keyed {
  std::uint64_t key;
  std::uint32_t index;
};

/// Unsigned keys in the order of the doubles: the sign turned for positive numbers, all bits for negative ones.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return bits >> 63 ? ~bits : bits | std::uint64_t{1} << 63;
}

std::size_t digit_of(std::uint64_t key, int digit) {
  return static_cast<std::size_t>(key >> (digit * kDigitBits)) & (kBuckets - 1);
}

}  // namespace

std::vector<std::uint32_t> ascending_order(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<std::uint32_t> order(n);
  if (n < kRadixFrom) {
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
    return order;
  }
  std::vector<Keyed> from(n), to(n);
  std::vector<std::array<std::uint32_t, kBuckets>> count(kDigits);
  for (auto& digit : count) digit.fill(0);
  for (std::size_t i = 0; i < n; ++i) {
    from[i] = {key_of(values[i]), static_cast<std::uint32_t>(i)};
    for (int d = 0; d < kDigits; ++d) ++count[static_cast<std::size_t>(d)][digit_of(from[i].key, d)];
  }
  for (int d = 0; d < kDigits; ++d) {
    auto& place = count[static_cast<std::size_t>(d)];
    if (place[digit_of(from[0].key, d)] == n) continue;  // one bucket: nothing to move
    std::uint32_t before = 0;
    for (std::uint32_t& bucket : place) {
      const std::uint32_t here = bucket;
      bucket = before;
      before += here;
    }
    for (const Keyed& item : from) to[place[digit_of(item.key, d)]++] = item;
    from.swap(to);
  }
  for (std::size_t i = 0; i < n; ++i) order[i] = from[i].index;
  return order;
}

}  // namespace larc::stats
