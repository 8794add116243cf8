#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "nn/api.h"

namespace larc::nn {

/// Mean negative log-likelihood of 0/1 labels. logit, label (n,)
at::Tensor binary_loss(const at::Tensor& logit, const at::Tensor& label);

/// Mean negative log-likelihood of a proportional-odds model (McCullagh 1980): P(Y > k) = sigmoid(eta - threshold[k]).
/// eta (n,), thresholds (levels - 1,) ascending, label (n,) whole numbers in 0 .. levels - 1
at::Tensor ordinal_loss(const at::Tensor& eta, const at::Tensor& thresholds, const std::vector<double>& label);

/// Follow-up as shares of bins, and where the event lies.
/// exposure  (n, bins) share of each bin in which the patient was watched and nothing had happened yet; 0 in the bin of
///           the event and after it
/// at_risk   (n,) share of the event's bin that was left when watching of it began; 0 for a censored row
/// bin       (n,) bin of the event, 0 for a censored row
/// cause     (n,) 0 censored, 1 .. what happened
struct BinnedFollowUp {
  std::vector<double> exposure;
  std::vector<double> at_risk;
  std::vector<int> bin;
  std::vector<int> cause;
  std::size_t rows() const { return cause.size(); }
};

/// The given rows of a survival task. errors domain (a row that was never watched within the bins, names it)
BinnedFollowUp bin_follow_up(const Task& task, const std::vector<std::size_t>& rows);

/// Mean negative log-likelihood of grouped proportional hazards with competing causes (Prentice and Gloeckler 1978).
/// The cumulative hazard of cause c over bin b is exp(base[c][b] + eta[c]) and grows evenly within the bin; of an event
/// only its bin is used. With a bin for every distinct time and no covariate this is Kaplan and Meier's estimate; with
/// covariates it tends to Cox's model as the bins shrink.
/// eta (n, causes), base (causes, bins)
at::Tensor survival_loss(const at::Tensor& eta, const at::Tensor& base, const BinnedFollowUp& follow_up);

/// Cumulative incidence of each cause at the end of each bin. eta (n, causes), base (causes, bins) -> (n, causes, bins)
at::Tensor cumulative_incidence(const at::Tensor& eta, const at::Tensor& base);

}  // namespace larc::nn
