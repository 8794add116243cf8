#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"

namespace larc::nn {

/// Changes whenever anything in this header does; the program refuses a library built with another one.
inline constexpr int kAbi = 3;

/// One sequence at one time point: a place in which a patient may have a crop.
struct View {
  std::string name;      // "t2_1"
  std::string sequence;  // views of one sequence share their first weights: "t2"
  int time_point = 1;    // 1 before therapy, 2 after it
};

/// One grid for all crops, so that size can be seen.
struct Grid {
  std::size_t depth = 0;
  std::size_t height = 0;
  std::size_t width = 0;
  std::array<double, 3> spacing_mm = {1, 1, 1};  // of depth, height, width
  std::size_t voxels() const { return depth * height * width; }
};

/// A value that stands in a table, already a number; text variables come as one column a level.
struct TableColumn {
  std::string name;
  std::string group;  // "clinical", "radiomics": one token of the network each
};

/// What the network reads of some patients. Every view and every value may be absent.
/// present  (rows, views)
/// crop     of a present view: 2 * depth * height * width values, width fastest: the image, then the tumour's mask in
///          0..1. Called again when the cache has no place; must give the same values each time, from any thread.
/// table    (rows, columns), NaN where unknown; empty without columns
/// units    (rows) rows of one unit share a patient or an image and stay on one side of every fold; empty: each its own
struct Cases {
  std::size_t rows = 0;
  Grid grid;
  std::vector<View> views;
  std::vector<std::vector<char>> present;
  std::function<std::vector<float>(std::size_t row, std::size_t view)> crop;
  std::vector<TableColumn> columns;
  std::vector<std::vector<double>> table;
  std::vector<std::size_t> units;
};

enum class TaskKind { binary, ordinal, survival };

/// One endpoint. The lists of its kind have one entry a case; NaN where the outcome is not known.
/// label         binary: 0 or 1; ordinal: 0 .. levels - 1
/// entry_months  survival: since when the patient was watched (delayed entry), 0 <= entry < time; empty: all 0
/// time_months   survival: end of follow-up, > 0
/// cause         survival: 0 censored, 1 .. levels what happened
/// levels        ordinal: classes, at least 3; survival: causes, at least 1
/// bins          survival: upper ends in months, ascending, above 0; follow-up beyond the last one counts as censored
///               there
struct Task {
  std::string name;
  TaskKind kind = TaskKind::binary;
  int levels = 1;
  std::vector<double> bins;
  std::vector<double> label;
  std::vector<double> entry_months;
  std::vector<double> time_months;
  std::vector<int> cause;
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
  /// Largest displacement of a smooth random bending of the plane.
  double elastic_mm = 1.5;
  /// Intensity: x -> gain * x^gamma + shift, each uniform around the identity, then normal noise of random strength.
  double shift = 0.1;
  double gain = 0.1;
  double gamma = 0.15;
  double noise = 0.1;
  /// Largest log of a smooth multiplicative field at the corners of the crop.
  double bias_field = 0.1;
  /// Largest share of a copy shifted by half the crop along height.
  double ghost = 0.03;
  /// Probability of an in-plane blur over three pixels: an image of lower resolution.
  double low_resolution = 0.1;
  /// Largest shift of the mask's edge, outwards or inwards.
  double mask_jitter_mm = 1.0;
  /// Probability that a view is hidden, so that any may be missing later. One always stays.
  double hide_view = 0.15;
};

/// Where a training writes its state after every epoch, so that it can go on after it was broken off.
/// folder  a file a member, made if absent; empty: nothing is kept. The caller removes it once it has the result
/// key     which input the state belongs to: the crops above all. A training goes on from a state of the same key,
///         settings, cases' views and values, outcomes, architecture and seed, and ends with the same bytes as one that
///         was never broken off. In a group process 0 reads and writes, and its size counts as a setting. Any other
///         state, or a damaged one, is ignored and written over.
struct CheckpointSettings {
  std::string folder;
  std::string key;
};

/// Processes that train one ensemble together, on one machine or several. Each is given the same cases, tasks, settings
/// but for `rank`, and seed, and runs the same trainings in the same order, one at a time; each gets the same result.
/// Of a batch, process r of W computes the rows r, r + W, ...; the sum of the gradients is that of one process, but for
/// the order of additions.
/// meeting          where they find each other: "file:///PATH", a path nothing stands at yet on a disk that all see, or
///                  "tcp://HOST:PORT" of process 0's machine
/// address          of this machine, at which the others reach it: loopback serves processes of one machine
/// timeout_seconds  longest wait for the others, at the meeting and in each step. One that ends or throws is noticed at
///                  once; then, and after this time, the others end with the error io
struct Group {
  int rank = 0;
  int size = 1;
  std::string meeting;
  std::string address = "127.0.0.1";
  int timeout_seconds = 600;
};

struct TrainSettings {
  /// "tiny" (tests), "small" (100-400 patients on a processor), "base" and "large" (more patients, an accelerator)
  std::string preset = "small";
  int epochs = 16;
  int batch_size = 16;
  /// The highest rate: it rises during the first two epochs and falls as a cosine to a twentieth.
  double learning_rate = 3e-3;
  /// AdamW, on convolution and head weights.
  double weight_decay = 0.05;
  /// Share of the pooled features dropped in training, 0 <= dropout < 1.
  double dropout = 0.4;
  /// Networks whose linear predictors are averaged. Each learns without one of as many stratified folds of the rows,
  /// and predicts it.
  int members = 3;
  /// Share of the running mean of the weights (stochastic weight averaging) that a step keeps.
  double averaging = 0.98;
  /// Largest Euclidean norm of the gradient of a step.
  double gradient_clip = 5.0;
  /// Bytes of crops kept in memory.
  std::size_t cache_bytes = std::size_t{2} << 30;
  AugmentSettings augment;
  CheckpointSettings checkpoint;
  Group group;
};

/// Linear predictors of one task for some cases.
/// binary    (rows, 1) logit of 1
/// ordinal   (rows, levels - 1) logit of a class above k
/// survival  (rows, levels) log hazard ratio of each cause against the mean training row
using LinearPredictors = std::vector<std::vector<double>>;

/// weights       safetensors bytes: every member, and the scales fitted on the training rows
/// architecture  what predict() needs to rebuild the networks; holds no patient data
/// history       "rows"; "epoch", the one that was kept; "candidates": [{"epoch", "held_out_loss_ratio": {task}}], the
///               held-out loss of all members against that without a network; "refitted": {task: {"penalty",
///               "held_out_loss_ratio"}}, where the linear way was fitted anew; "members": [{"training_rows",
///               "held_out_rows", "training_loss": {task: [of each epoch]}, "held_out_loss": {task: [of each
///               candidate]}, "held_out_loss_without": {task}}]. Losses are mean negative log-likelihoods over the rows
///               whose outcome is known, null where there is none. Training losses are those before each step, with
///               dropout and augmentation; held-out ones are those of the running mean of the weights
/// out_of_fold   (tasks) of every training row, by the member that did not learn from it: for calibration, and as a
///               column for models that learn on the same rows
struct TrainResult {
  std::string weights;
  Json architecture;
  Json history;
  std::vector<LinearPredictors> out_of_fold;
};

/// What the network says of some cases.
/// linear     (tasks) mean over the members
/// spread     (tasks) standard deviation over the members: what the ensemble does not agree on
/// incidence  (tasks)(rows)(causes)(bins) cumulative incidence at the end of each bin; empty for other kinds
/// attention  (rows)(tokens) mean attention from the summary to each token, tokens as in the architecture's "tokens"
/// typicality (rows)(views of the cases) share of the training rows whose crop is at least as odd, above 0; NaN where
/// the
///            crop is absent or too few training rows had one
struct Prediction {
  std::vector<LinearPredictors> linear;
  std::vector<LinearPredictors> spread;
  std::vector<std::vector<std::vector<std::vector<double>>>> incidence;
  std::vector<std::vector<double>> attention;
  std::vector<std::vector<double>> typicality;
};

/// Why one case has the linear predictor it has: means over the members.
/// maps      (views of the cases)(voxels of the grid, width fastest) integrated gradients (Sundararajan 2017) from an
///           image that is everywhere the training mean; the mask is not changed. Their sum is whole - baseline, up to
///           the steps of the integral. Empty for an absent view
/// without   linear predictor with a view, all views of a sequence ("t2"), an examination ("MRI 1") or a group of
///           columns hidden, by its name; only where something is left
struct Explanation {
  std::vector<std::vector<double>> maps;
  double whole = 0;
  double baseline = 0;
  std::map<std::string, double> without;
};

/// What liblarc_nn.so does. Every call may run in several threads at the same time, computes in the calling thread
/// alone and gives the same bytes for the same input and seed on the same machine.
class Api {
 public:
  virtual ~Api() = default;

  /// {"libtorch", "cuda_usable", "processes": whether a group may have more than one}
  virtual Json versions() const = 0;

  /// Trains an ensemble from scratch on these rows alone, for all tasks together. `on_epoch` (may be empty) hears how
  /// many of all epochs are over, after each epoch and when a state was found; what it throws ends the training and
  /// comes through.
  /// errors shape_mismatch (names the first bad case), domain (not finite, setting out of range), refused (a task with
  ///        fewer than four rows of either class, or four events; fewer than eight rows), io (checkpoint, group),
  ///        conflict (a group's processes got different input), unsupported (a group, and LibTorch without Gloo)
  virtual TrainResult train(const Cases& cases, const std::vector<Task>& tasks, const TrainSettings& settings,
                            std::uint64_t seed, const std::function<void(int epoch, int of)>& on_epoch) const = 0;

  /// A case's values do not depend on the other cases. Views and columns are found by name; what a case lacks counts as
  /// absent.
  /// errors format (weights), shape_mismatch (weights and architecture, or cases and architecture, differ), domain,
  ///        refused (a case without any view and value)
  virtual Prediction predict(const std::string& weights, const Json& architecture, const Cases& cases) const = 0;

  /// task    name of one of the network's tasks
  /// output  of its linear predictors
  /// errors as predict; domain (not one case; no such task or output)
  virtual Explanation explain(const std::string& weights, const Json& architecture, const Cases& one_case,
                              const std::string& task, std::size_t output) const = 0;
};

/// What the library's one exported function, larc_nn_library, returns.
struct Library {
  int abi;
  const Api* api;
};

}  // namespace larc::nn
