#include "nn/losses.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/error.h"

namespace larc::nn {

at::Tensor binary_loss(const at::Tensor& logit, const at::Tensor& label) {
  return (logit.clamp_min(0) - logit * label + (-logit.abs()).exp().log1p()).mean();
}

at::Tensor cox_loss(const at::Tensor& eta, const std::vector<double>& time_months, const std::vector<int>& event) {
  const std::size_t rows = time_months.size();
  if (event.size() != rows || eta.dim() != 1 || static_cast<std::size_t>(eta.size(0)) != rows) {
    throw Error(ErrorCode::shape_mismatch, "cox_loss: eta, time_months and event differ in length");
  }
  // Row e of `log_weight` belongs to one event: the log of each row's weight in its risk set, 0 for a row at risk,
  // log(1 - l / d) for the d events at the same time, of which this is the l-th, minus infinity for a row that has
  // left.
  std::vector<double> log_weight;
  std::vector<double> is_event(rows);
  std::int64_t events = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (event[i] == 0) continue;
    is_event[i] = 1.0;
    ++events;
    double tied = 0.0;
    double earlier = 0.0;
    for (std::size_t j = 0; j < rows; ++j) {
      if (event[j] == 0 || time_months[j] != time_months[i]) continue;
      tied += 1.0;
      if (j < i) earlier += 1.0;
    }
    for (std::size_t j = 0; j < rows; ++j) {
      if (time_months[j] < time_months[i]) {
        log_weight.push_back(-std::numeric_limits<double>::infinity());
      } else {
        log_weight.push_back(event[j] != 0 && time_months[j] == time_months[i] ? std::log1p(-earlier / tied) : 0.0);
      }
    }
  }
  if (events == 0) return eta.sum() * 0.0;
  const auto doubles = at::TensorOptions().dtype(at::kDouble);
  const auto constant = [&](std::vector<double>& values, at::IntArrayRef shape) {
    return at::from_blob(values.data(), shape, doubles).to(eta.options(), false, true);
  };
  const auto columns = static_cast<std::int64_t>(rows);
  const at::Tensor risk = (constant(log_weight, {events, columns}) + eta.unsqueeze(0)).logsumexp(1);
  const at::Tensor gained = (constant(is_event, {columns}) * eta).sum();
  return (risk.sum() - gained) / static_cast<double>(events);
}

}  // namespace larc::nn
