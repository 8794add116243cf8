#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "nn/api.h"
#include "nn/data.h"
#include "nn/network.h"
#include "nn/safetensors.h"

namespace larc::nn {

/// Name of this kind of network in architecture documents.
inline constexpr const char* kArchitecture = "larc.tumour_net.2";

/// LibTorch computes in the calling thread alone while this lives.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

/// Sees the descriptors of a row as they pass.
using SeeDescriptors = std::function<void(std::size_t row, const Inputs& inputs, const at::Tensor& descriptors)>;

/// Outputs and attention of cases, one case at a time, so that no case's value depends on another. `see` may be empty.
/// rows -> (rows, outputs) and (rows, tokens)
Fused fuse_cases(const Network& network, const Cases& cases, const std::vector<std::size_t>& rows, CropCache& cache,
                 const SeeDescriptors& see = {});

/// Puts a member's tensors under its prefix.
void append_tensors(const Network& network, int member, std::vector<Tensor>& tensors);

/// As Api::predict.
Prediction predict(const std::string& weights, const Json& architecture, const Cases& cases);

}  // namespace larc::nn
