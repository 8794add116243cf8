#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace larc::nn {

/// Mean binary cross-entropy of logits.
/// logit  (b,) float32 or float64
/// label  (b,) 0 or 1, same dtype
/// gives  () same dtype
at::Tensor binary_loss(const at::Tensor& logit, const at::Tensor& label);

/// Cox negative log partial likelihood, Efron ties, divided by the number of events; the risk sets are those of the
/// rows given. 0 without events, so a batch of censored rows teaches nothing. eta          (n,) linear predictor,
/// float32 or float64 time_months  (n)  follow-up event        (n)  1 event, 0 censored gives  () dtype of eta errors
/// shape_mismatch source Efron 1977
at::Tensor cox_loss(const at::Tensor& eta, const std::vector<double>& time_months, const std::vector<int>& event);

}  // namespace larc::nn
