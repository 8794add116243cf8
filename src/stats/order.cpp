#include "stats/order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>

namespace larc::stats {

namespace {

constexpr std::size_t kShort = 1024;  // below this a comparison sort is as fast
constexpr int kDigitBits = 11;
constexpr int kPasses = 3;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

// Order of unsigned numbers = order of the doubles; -0 and 0 are one.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return bits >> 63 ? ~bits : bits | (std::uint64_t{1} << 63);
}

struct Keyed {
  std::uint64_t key;
  std::uint32_t position;
};

}  // namespace

std::vector<std::uint32_t> ascending_order(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<std::uint32_t> order(n);
  if (n < kShort) {
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
    return order;
  }
  std::vector<Keyed> rows(n), other(n);
  std::uint64_t all = ~std::uint64_t{0}, any = 0;
  for (std::size_t i = 0; i < n; ++i) {
    rows[i] = {key_of(values[i]), static_cast<std::uint32_t>(i)};
    all &= rows[i].key;
    any |= rows[i].key;
  }
  // The leading bits that differ, digit by digit from the lowest; what they leave equal is compared at the end.
  const int top = static_cast<int>(std::bit_width(all ^ any));
  const int lowest = std::max(0, top - kPasses * kDigitBits);
  for (int shift = lowest; shift < top; shift += kDigitBits) {
    std::array<std::uint32_t, kDigits> start{};
    for (const Keyed& row : rows) ++start[(row.key >> shift) & (kDigits - 1)];
    std::uint32_t sum = 0;
    for (std::uint32_t& s : start) sum += std::exchange(s, sum);
    for (const Keyed& row : rows) other[start[(row.key >> shift) & (kDigits - 1)]++] = row;
    rows.swap(other);
  }
  for (std::size_t begin = 0, end = 0; lowest > 0 && begin < n; begin = end) {
    for (end = begin + 1; end < n && rows[end].key >> lowest == rows[begin].key >> lowest;) ++end;
    if (end - begin > 1)
      std::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                       rows.begin() + static_cast<std::ptrdiff_t>(end),
                       [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
  }
  for (std::size_t i = 0; i < n; ++i) order[i] = rows[i].position;
  return order;
}

}  // namespace larc::stats
