#include "nn/losses.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace larc::nn {

namespace {

// Log hazards below this are no hazard; keeps log(1 - exp(-x)) finite.
constexpr double kLeastLogHazard = -30.0;

at::Tensor constant(const std::vector<double>& values, at::IntArrayRef shape, const at::Tensor& like) {
  at::Tensor result = at::empty(shape, at::kDouble);
  std::copy(values.begin(), values.end(), result.data_ptr<double>());
  return result.to(like.options());
}

at::Tensor indices(const std::vector<std::int64_t>& values) {
  at::Tensor result = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
  std::copy(values.begin(), values.end(), result.data_ptr<std::int64_t>());
  return result;
}

}  // namespace

at::Tensor binary_loss(const at::Tensor& logit, const at::Tensor& label) {
  return (logit.clamp_min(0) - logit * label + (-logit.abs()).exp().log1p()).mean();
}

at::Tensor ordinal_loss(const at::Tensor& eta, const at::Tensor& thresholds, const std::vector<double>& label) {
  const std::int64_t last = thresholds.size(0);
  std::vector<std::int64_t> upper, lower;
  std::vector<double> is_first, is_last;
  for (const double value : label) {
    const auto level = static_cast<std::int64_t>(value);
    upper.push_back(std::min(level, last - 1));
    lower.push_back(std::max<std::int64_t>(level - 1, 0));
    is_first.push_back(level == 0 ? 1.0 : 0.0);
    is_last.push_back(level == last ? 1.0 : 0.0);
  }
  const std::int64_t rows = eta.size(0);
  const at::Tensor first = constant(is_first, {rows}, eta);
  const at::Tensor final = constant(is_last, {rows}, eta);
  // P(level) = sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)), with b and a the thresholds above and
  // below; a lacks at the first level, b at the last.
  const at::Tensor b = thresholds.index_select(0, indices(upper)) - eta;
  const at::Tensor a = thresholds.index_select(0, indices(lower)) - eta;
  const at::Tensor middle = (1 - first) * (1 - final);
  const at::Tensor gap = at::where(middle > 0, b - a, at::ones_like(b));
  const at::Tensor log_probability =
      (1 - final) * at::log_sigmoid(b) + (1 - first) * at::log_sigmoid(-a) + middle * (-at::expm1(-gap)).log();
  return -log_probability.mean();
}

BinnedFollowUp bin_follow_up(const Task& task, const std::vector<std::size_t>& rows) {
  BinnedFollowUp result;
  const std::size_t bins = task.bins.size();
  result.exposure.assign(rows.size() * bins, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = rows[i];
    const double entry = task.entry_months.empty() ? 0.0 : task.entry_months[row];
    const double time = task.time_months[row];
    if (!(entry < time) || entry >= task.bins.back())
      throw Error(ErrorCode::domain, "task '" + task.name + "': row " + std::to_string(row) +
                                         " was not watched between 0 and the last bin's end; leave it out");
    const bool event = task.cause[row] > 0 && time <= task.bins.back();
    const auto bin = static_cast<std::size_t>(std::lower_bound(task.bins.begin(), task.bins.end(), time) -
                                              task.bins.begin());  // bins.end(): beyond the last
    double begin = 0.0;
    for (std::size_t b = 0; b < bins; ++b) {
      const double width = task.bins[b] - begin;
      if (!event || b < bin)
        result.exposure[i * bins + b] = std::max(0.0, std::min(time, task.bins[b]) - std::max(entry, begin)) / width;
      begin = task.bins[b];
    }
    if (event) {
      const double start = bin == 0 ? 0.0 : task.bins[bin - 1];
      result.at_risk.push_back((task.bins[bin] - std::max(entry, start)) / (task.bins[bin] - start));
    } else {
      result.at_risk.push_back(0.0);
    }
    result.bin.push_back(event ? static_cast<int>(bin) : 0);
    result.cause.push_back(event ? task.cause[row] : 0);
  }
  return result;
}

at::Tensor survival_loss(const at::Tensor& eta, const at::Tensor& base, const BinnedFollowUp& follow_up) {
  const auto rows = static_cast<std::int64_t>(follow_up.rows());
  const std::int64_t causes = base.size(0), bins = base.size(1);
  if (eta.dim() != 2 || eta.size(0) != rows || eta.size(1) != causes ||
      static_cast<std::int64_t>(follow_up.exposure.size()) != rows * bins)
    throw Error(ErrorCode::shape_mismatch, "survival_loss: eta, base and follow-up differ in shape");
  // (n, causes, bins)
  const at::Tensor log_hazard = (eta.unsqueeze(2) + base.unsqueeze(0)).clamp_min(kLeastLogHazard);
  const at::Tensor total = log_hazard.logsumexp(1);
  const at::Tensor survived = (total.exp() * constant(follow_up.exposure, {rows, bins}, eta)).sum();
  std::vector<std::int64_t> place, share;
  std::vector<double> left;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (follow_up.cause[at] == 0) continue;
    place.push_back(i * bins + follow_up.bin[at]);
    share.push_back((i * causes + follow_up.cause[at] - 1) * bins + follow_up.bin[at]);
    left.push_back(std::log(follow_up.at_risk[at]));
  }
  if (place.empty()) return survived / static_cast<double>(rows);
  const at::Tensor at_event = total.reshape({-1}).index_select(0, indices(place));
  const at::Tensor of_cause = log_hazard.reshape({-1}).index_select(0, indices(share));
  const at::Tensor hazard = (at_event + constant(left, {static_cast<std::int64_t>(left.size())}, eta)).exp();
  const at::Tensor happened = ((-at::expm1(-hazard)).log() + of_cause - at_event).sum();
  return (survived - happened) / static_cast<double>(rows);
}

at::Tensor cumulative_incidence(const at::Tensor& eta, const at::Tensor& base) {
  const at::Tensor log_hazard = (eta.unsqueeze(2) + base.unsqueeze(0)).clamp_min(kLeastLogHazard);
  const at::Tensor total = log_hazard.logsumexp(1, true);
  const at::Tensor through = total.exp().cumsum(2);
  const at::Tensor before = (-(through - total.exp())).exp();
  return (before * -at::expm1(-total.exp()) * (log_hazard - total).exp()).cumsum(2);
}

}  // namespace larc::nn
