#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/json.h"
#include "core/random.h"
#include "nn/api.h"
#include "nn/encoder.h"
#include "nn/parameters.h"

namespace larc::nn {

/// Columns of a table that make one token.
struct GroupSpec {
  std::string name;
  std::vector<std::string> columns;
};

/// A task without its outcomes.
struct TaskSpec {
  std::string name;
  TaskKind kind = TaskKind::binary;
  int levels = 1;
  std::vector<double> bins;
  /// Linear predictors the network gives for it.
  std::int64_t outputs() const { return kind == TaskKind::survival ? levels : 1; }
};

/// width, heads  of the tokens and their attention; heads divides width
struct NetworkSpec {
  Grid grid;
  EncoderSpec encoder;
  std::vector<View> views;
  std::vector<GroupSpec> groups;
  std::vector<TaskSpec> tasks;
  std::int64_t width = 24;
  std::int64_t heads = 4;

  std::int64_t outputs() const;
  std::int64_t columns() const;
  /// Sequences seen at more than one time point: each gives a token of the difference.
  struct Pair {
    std::string sequence;
    std::size_t earlier;  // views
    std::size_t later;
  };
  std::vector<Pair> pairs() const;
  /// Views, then differences ("t2 change"), then groups.
  std::vector<std::string> tokens() const;
};

Json to_json(const NetworkSpec& spec);
/// errors format (a key absent, of the wrong type or out of range)
NetworkSpec spec_from_json(const Json& json);

/// Some patients, ready for the network.
/// crops  one (n, 2, d, h, w) a sequence of the encoder, in its order; undefined where there is none
/// row    of each crop, in the order of crops; and its view
/// table  (rows, columns of the groups in their order), NaN where unknown; undefined without columns
struct Inputs {
  std::int64_t rows = 0;
  std::vector<at::Tensor> crops;
  std::vector<std::int64_t> row;
  std::vector<std::int64_t> view;
  at::Tensor table;
};

/// Factors of dropout on what the heads read. views (rows, views, f), table (rows, 2 * columns); or undefined
struct Keep {
  at::Tensor views;
  at::Tensor table;
};

/// linear     (rows, outputs)
/// attention  (rows, tokens) mean over the heads; 0 for an absent token
struct Fused {
  at::Tensor linear;
  at::Tensor attention;
};

/// One encoder for every view, two ways from its descriptors to the outputs, added:
/// - linear: each output is a weighted sum of the standardised descriptors and table values. An absent one counts as
///   the training mean. This is what 100-400 patients can teach.
/// - fused: each view, each change between time points and each group of table columns becomes a token; a summary token
///   attends to those present through one transformer block (Vaswani 2017, normalised before). Starts at zero.
class Network {
 public:
  /// `dtype` is at::kFloat, or at::kDouble for gradient checks.
  Network(NetworkSpec spec, Random& random, at::ScalarType dtype = at::kFloat);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const NetworkSpec& spec() const { return spec_; }
  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }
  std::int64_t descriptor_size() const { return encoder_.descriptor_size(); }
  /// (f,) as Encoder::shares
  const at::Tensor& shares() const { return encoder_.shares(); }

  /// (crops, f) before standardisation; undefined without crops
  at::Tensor descriptors(const Inputs& inputs) const;
  /// What the linear way reads: views, then the table. -> (rows, features)
  at::Tensor linear_features(const Inputs& inputs, const at::Tensor& descriptors) const;
  Fused fuse(const Inputs& inputs, const at::Tensor& descriptors, const Keep& keep) const;
  /// Linear predictors of everything. -> (rows, outputs)
  at::Tensor operator()(const Inputs& inputs) const { return fuse(inputs, descriptors(inputs), {}).linear; }

  /// Sets the mean and sd by which descriptors of a view, or the table, are standardised. values (n, f)
  void fit_view_scale(std::size_t view, const at::Tensor& values);
  void fit_table_scale(const at::Tensor& values);

 private:
  struct SeenViews {
    at::Tensor x;      // (rows, views, f) standardised, 0 where absent
    at::Tensor there;  // (rows, views) 1 or 0
  };
  SeenViews seen_views(const Inputs& inputs, const at::Tensor& descriptors) const;
  /// (rows, 2 * columns) standardised values, 0 where unknown; then 1 where unknown
  at::Tensor seen_table(const Inputs& inputs) const;

  NetworkSpec spec_;
  Parameters parameters_;
  Encoder encoder_;
};

}  // namespace larc::nn
