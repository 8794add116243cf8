#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "learn/frame.h"

namespace larc::learn {

/// A table somebody wants models of. Only a `Protocol` may take it apart.
struct LearningTable {
  Frame frame;
  Outcome outcome;
  std::vector<std::string> patients;  // (rows,) rows of one patient carry the same text; empty: every row is a patient
  std::vector<std::string> images;    // (rows,) or empty: hash of the image behind the row; equal ones are one patient
  std::vector<std::string> centres;   // (rows,) or empty; harmonises and audits, is never a predictor
  std::vector<bool> sealed;           // (rows,) or empty: the external set, handed out only when it is opened
};

struct InnerFold;

/// Rows whose outcome may be looked at. Fitting a model takes this type and nothing else, and only a `Protocol` makes
/// it (an inner split or a subset of training rows is again made of training rows). So a fit that sees a held-out
/// outcome has to be written out around the protocol.
class TrainingRows {
 public:
  const Frame& frame() const { return frame_; }
  const Outcome& outcome() const { return outcome_; }
  /// Centre of each row; empty when unknown.
  const std::vector<std::string>& centres() const { return centres_; }
  /// Unit of splitting of each row: rows of one patient, and exact copies, share it.
  const std::vector<std::size_t>& units() const { return units_; }
  /// Row of the whole table each row came from, to look up what lies beside the table (an image crop).
  const std::vector<std::size_t>& indices() const { return indices_; }
  std::size_t size() const { return outcome_.size(); }

  /// Only these columns.
  TrainingRows select_columns(const std::vector<std::string>& names) const;
  TrainingRows subset(const std::vector<std::size_t>& rows) const;
  /// Stratified by the outcome, units kept whole. Fewer folds than asked when an outcome is rarer.
  /// errors refused: fewer than two units with, or (binary) without, the outcome
  std::vector<InnerFold> inner_folds(int folds, std::uint64_t seed) const;

 private:
  friend class Protocol;
  TrainingRows() = default;

  Frame frame_;
  Outcome outcome_;
  std::vector<std::string> centres_;
  std::vector<std::size_t> units_;
  std::vector<std::size_t> indices_;
};

/// Rows to be predicted: no outcome.
struct HeldOutRows {
  Frame frame;
  std::vector<std::string> centres;
  std::vector<std::size_t> indices;
};

/// A split of training rows. `held_out` are training rows too, so their outcome may judge a tuning value.
struct InnerFold {
  std::vector<std::size_t> training_rows;  // positions in the rows that were split
  std::vector<std::size_t> held_out_rows;
  TrainingRows training;
  TrainingRows held_out;
};

/// Units on the rarer side (binary), or with an event: how many folds can each hold one.
std::size_t rarer_side(const Outcome& outcome, const std::vector<std::size_t>& units);

/// A fold (0 .. folds - 1) of each row, stratified by the outcome as `stratified_folds`, all rows of a unit in one
/// fold. errors domain: folds < 2 or fewer units than folds
std::vector<int> unit_folds(const Outcome& outcome, const std::vector<std::size_t>& units, int folds,
                            std::uint64_t seed);

}  // namespace larc::learn
