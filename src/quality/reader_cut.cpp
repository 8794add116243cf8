#include "quality/reader_cut.h"

#include <numbers>

#include "quality/robust.h"

namespace larc::quality {

namespace {

constexpr int kSteps = 1000;
constexpr double kLeastBandwidth = 0.05;
constexpr double kNearlyBest = 0.9;

/// Distances reach from below 0 to hundreds; what is better than usual is all one.
double squeezed(double distance) {
  return std::log1p(std::max(distance, 0.0));
}

struct Smoothed {
  std::vector<double> values;
  double bandwidth;

  explicit Smoothed(const std::vector<double>& distances) {
    for (const double distance : distances) values.push_back(squeezed(distance));
    const double n = static_cast<double>(values.size());
    double mean = 0, squares = 0;
    for (const double value : values) mean += value / n;
    for (const double value : values) squares += (value - mean) * (value - mean);
    auto sorted = values;
    const double quartiles = (take_quantile(sorted, 0.75) - take_quantile(sorted, 0.25)) / 1.349;
    const double sd = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
    bandwidth = std::max(kLeastBandwidth, 0.9 * std::min(sd, quartiles) * std::pow(n, -0.2));
  }

  double share_above(double cut) const {
    double sum = 0;
    for (const double value : values) sum += 0.5 * std::erfc((cut - value) / bandwidth / std::numbers::sqrt2);
    return sum / static_cast<double>(values.size());
  }
};

}  // namespace

ReaderCut reader_cut(const std::vector<double>& accepted, const std::vector<double>& refused, double most_false) {
  const Smoothed good(accepted), bad(refused);
  const double highest = std::max(*std::max_element(good.values.begin(), good.values.end()),
                                  *std::max_element(bad.values.begin(), bad.values.end()));
  const auto cut_at = [&](int step) { return std::max(highest, kLeastBandwidth) * step / kSteps; };
  std::vector<double> youden;
  for (int step = 1; step <= kSteps; ++step) {
    const double wrong = good.share_above(cut_at(step));
    youden.push_back(wrong <= most_false ? bad.share_above(cut_at(step)) - wrong : -1);
  }
  const auto best = std::max_element(youden.begin(), youden.end());
  const auto nearly = std::find_if(youden.begin(), best, [&](double y) { return y >= kNearlyBest * *best; });
  const auto at = [&](auto found) { return cut_at(static_cast<int>(found - youden.begin()) + 1); };
  return {*best, bad.share_above(at(best)), std::expm1(at(best)), std::expm1(at(nearly))};
}

}  // namespace larc::quality
