#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"

namespace larc::nn {

/// Changes whenever anything in this header does; the program refuses a library built with another one.
inline constexpr int kAbi = 1;

/// Crops around the tumour, all on one grid of fixed physical spacing, so that size can be seen.
/// case   channels * depth * height * width values, width fastest; finite
/// masks  the channels that hold a region (values 0..1, 1 inside); the others are images. Features are pooled inside
/// each
///        region and over the whole crop; an empty region pools to 0.
struct Crops {
  std::size_t channels = 2;
  std::size_t depth = 0;
  std::size_t height = 0;
  std::size_t width = 0;
  std::vector<std::size_t> mask_channels = {1};
  std::vector<std::vector<float>> cases;
};

enum class TaskKind { binary, survival };

/// One entry a case, in the order of the crops.
/// label        binary: 0 or 1
/// time_months  survival: follow-up, > 0
/// event        survival: 1 event, 0 censored
struct Target {
  TaskKind kind = TaskKind::binary;
  std::vector<double> label;
  std::vector<double> time_months;
  std::vector<int> event;
};

/// Random changes of the training crops, anew in every epoch. Standard deviations and ranges are in units of the
/// training images' standard deviation; they are small because mean and spread inside the tumour may be the signal.
struct AugmentSettings {
  bool enabled = true;
  /// Mirror along width with probability 1/2. Only where width runs from right to left of the patient.
  bool flip_left_right = true;
  /// Uniform in +- this, in plane.
  double rotation_degrees = 10.0;
  /// In-plane zoom, uniform in 1 +- this: well below the differences in size between tumours.
  double scale = 0.05;
  /// Intensity: x -> gain * x^gamma + shift, each uniform around the identity, then normal noise of random strength.
  double shift = 0.1;
  double gain = 0.1;
  double gamma = 0.15;
  double noise = 0.1;
};

struct TrainSettings {
  /// "tiny" (tests), "small" (100-400 patients on a processor), "medium" (more patients, bigger crops)
  std::string preset = "small";
  int max_epochs = 40;
  /// Epochs without a better validation loss before a member stops.
  int patience = 10;
  /// 0: 16 for binary targets; 64 for survival, where the risk sets of a step are those of its batch.
  int batch_size = 0;
  /// The highest rate: it rises during the first two epochs and falls as a cosine to a twentieth.
  double learning_rate = 3e-3;
  /// AdamW, on convolution and head weights.
  double weight_decay = 0.05;
  /// Share of the pooled features dropped in training, 0 <= dropout < 1.
  double dropout = 0.4;
  /// Share of the rows on which a member stops early; each member gets another stratified fold.
  double validation_fraction = 0.2;
  /// Networks whose linear predictors are averaged.
  int members = 3;
  /// Largest Euclidean norm of the gradient of a step.
  double gradient_clip = 5.0;
  AugmentSettings augment;
};

/// weights       safetensors bytes: every member, and the normalisation fitted on the training crops
/// architecture  what predict() needs to rebuild the networks; holds no patient data
/// history       per member: rows, best epoch, losses per epoch (mean over the rows or events)
struct TrainResult {
  std::string weights;
  Json architecture;
  Json history;
};

/// What liblarc_nn.so does. Every call may run in several threads at the same time, computes in the calling thread
/// alone and gives the same bytes for the same input and seed on the same machine.
class Api {
 public:
  virtual ~Api() = default;

  /// {"libtorch", "cuda_usable"}
  virtual Json versions() const = 0;

  /// Trains an ensemble from scratch on these rows alone. `on_epoch` (may be empty) hears how many of all epochs are
  /// over; what it throws ends the training and comes through.
  /// errors shape_mismatch (names the first bad case), domain (not finite, setting out of range), refused (fewer than
  ///        four rows of either class, or four events)
  virtual TrainResult train(const Crops& crops, const Target& target, const TrainSettings& settings, std::uint64_t seed,
                            const std::function<void(int epoch, int of)>& on_epoch) const = 0;

  /// Linear predictor of each case, mean over the members: the logit for a binary target; the log hazard ratio against
  /// the mean of the training rows for survival. A case's value does not depend on the other cases.
  /// errors format (weights), shape_mismatch (weights and architecture, or crops and architecture, differ), domain
  virtual std::vector<double> predict(const std::string& weights, const Json& architecture,
                                      const Crops& crops) const = 0;
};

/// What the library's one exported function, larc_nn_library, returns.
struct Library {
  int abi;
  const Api* api;
};

}  // namespace larc::nn
