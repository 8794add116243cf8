#include "quality/robust.h"

#include "core/number.h"

namespace larc::quality {

double take_quantile(std::vector<double>& values, double probability) {
  if (values.empty()) return kNaN;
  const double rank = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(std::floor(rank));
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double lower = values[static_cast<std::size_t>(below)];
  const double share = rank - static_cast<double>(below);
  if (share == 0) return lower;
  const double upper = *std::min_element(values.begin() + below + 1, values.end());
  return lower + share * (upper - lower);
}

double otsu_split(const std::vector<double>& values) {
  constexpr std::size_t kBins = 256;
  if (values.size() < 2) return kNaN;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const double low = *least, width = (*greatest - low) / kBins;
  if (!(width > 0)) return kNaN;
  std::array<double, kBins> counts{};
  for (const double value : values) counts[std::min(kBins - 1, static_cast<std::size_t>((value - low) / width))] += 1;
  double all = 0, sum = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    all += counts[bin];
    sum += counts[bin] * static_cast<double>(bin);
  }
  double below = 0, sum_below = 0, best = -1;
  std::size_t first = 0, last = 0;  // of the bins that share the maximum
  for (std::size_t bin = 0; bin + 1 < kBins; ++bin) {
    below += counts[bin];
    sum_below += counts[bin] * static_cast<double>(bin);
    if (below == 0 || below == all) continue;
    const double apart = sum_below / below - (sum - sum_below) / (all - below);
    const double between = below * (all - below) * apart * apart;
    if (between > best) {
      best = between;
      first = last = bin;
    } else if (between == best) {
      last = bin;
    }
  }
  return low + width * (0.5 * static_cast<double>(first + last) + 1);
}

}  // namespace larc::quality
