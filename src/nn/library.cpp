// The one exported symbol of liblarc_nn.so. Nothing of LibTorch leaves it, not even an exception.
#include <ATen/Context.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include "core/error.h"
#include "nn/explain.h"
#include "nn/predictor.h"
#include "nn/processes.h"
#include "nn/trainer.h"

namespace larc::nn {

namespace {

template <typename Work>
auto translated(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const c10::Error& error) {
    throw Error(ErrorCode::internal, std::string("LibTorch: ") + error.what_without_backtrace());
  }
}

class TorchApi final : public Api {
 public:
  Json versions() const override {
    return translated([] {
      return Json{{"libtorch", TORCH_VERSION}, {"cuda_usable", at::hasCUDA()}, {"processes", Processes::available()}};
    });
  }
  TrainResult train(const Cases& cases, const std::vector<Task>& tasks, const TrainSettings& settings,
                    std::uint64_t seed, const std::function<void(int, int)>& on_epoch) const override {
    return translated([&] { return nn::train(cases, tasks, settings, seed, on_epoch); });
  }
  Prediction predict(const std::string& weights, const Json& architecture, const Cases& cases) const override {
    return translated([&] { return nn::predict(weights, architecture, cases); });
  }
  Explanation explain(const std::string& weights, const Json& architecture, const Cases& one_case,
                      const std::string& task, std::size_t output) const override {
    return translated([&] { return nn::explain(weights, architecture, one_case, task, output); });
  }
};

}  // namespace

}  // namespace larc::nn

extern "C" __attribute__((visibility("default"))) const larc::nn::Library* larc_nn_library() {
  static const larc::nn::TorchApi api;
  static const larc::nn::Library library{larc::nn::kAbi, &api};
  return &library;
}
