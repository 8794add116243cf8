#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "nn/data.h"
#include "nn/network.h"
#include "nn/safetensors.h"

namespace larc::nn {

/// How unlike a member's training rows the descriptors of one view are. Descriptors are standardised on the training
/// rows and given the encoder's shares; the score is the mean squared distance along the leading principal axes, each
/// in its own standard deviations, plus the squared rest against what the training rows have left (a Mahalanobis
/// distance that a hundred rows can carry; Lee et al. 2018 with the residual of Ndiour et al. 2020). Its logarithm is
/// centred and scaled on rows the member did not learn from, so that members can be averaged.
struct Typicality {
  at::Tensor mean, sd;  // (f,)
  at::Tensor axes;      // (q, f)
  at::Tensor variance;  // (q,)
  at::Tensor numbers;   // (3,) the rest's mean square, centre and scale of the log score

  /// Centred and scaled log score of descriptors (n, f). -> (n,)
  std::vector<double> scores(const at::Tensor& descriptors, const at::Tensor& shares) const;
};

/// Fewest training and held-out rows with a view's crop for which its typicality is fitted.
inline constexpr std::size_t kFewestTypical = 6;

/// (n, f) descriptors of the rows that have a crop of the view; undefined where none has
at::Tensor view_descriptors(const Network& network, const Cases& cases, const std::vector<std::size_t>& rows,
                            std::size_t view, CropCache& cache);

/// training, held_out (n, f). `held_out_scores` gets those of the held-out rows.
Typicality fit_typicality(const at::Tensor& training, const at::Tensor& held_out, const at::Tensor& shares,
                          std::vector<double>& held_out_scores);

/// Every view of every member, and beside each view the scores of all rows by members that did not learn from them.
class TypicalityFits {
 public:
  /// Adds one member. Views that too few rows have are left out of it.
  void add_member(const Network& network, const Cases& cases, const std::vector<std::size_t>& training,
                  const std::vector<std::size_t>& held_out, CropCache& cache);
  /// Under "typical."; only views that every member knows.
  void append_tensors(const NetworkSpec& spec, std::vector<Tensor>& tensors) const;
  /// How many tensors of the file it took. errors shape_mismatch, format
  std::size_t read(const NetworkSpec& spec, int members, const TensorFile& file);

  bool knows(std::size_t view) const { return references_.contains(view); }
  /// Centred and scaled log scores of one member. descriptors (n, f)
  std::vector<double> scores(std::size_t member, std::size_t view, const at::Tensor& descriptors,
                             const at::Tensor& shares) const;
  /// Share of the training rows that are at least as odd as a mean score over the members. -> in (0, 1]
  double p_value(std::size_t view, double score) const;

 private:
  std::vector<std::map<std::size_t, Typicality>> members_;
  std::map<std::size_t, std::vector<double>> references_;
};

}  // namespace larc::nn
