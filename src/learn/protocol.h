#pragma once
#include <string>
#include <vector>

#include "learn/rows.h"

namespace larc::learn {

/// Which rows teach and which are predicted: positions in the whole table.
struct Split {
  int repeat = 0;
  std::string held_out;               // "fold 3", "centre B", "resample 17", "external"
  std::vector<std::size_t> training;  // a resample may hold a row more than once
  std::vector<std::size_t> test;
};

/// The only door between a table and anything that learns. It owns the rows, draws every split, and hands out training
/// rows (with outcome) and held-out rows (without). Rows of one patient, and rows that are exact copies of each other,
/// never straddle a split. The sealed set is in no split but its own.
class Protocol {
 public:
  /// errors shape_mismatch, conflict, domain as check_frame and check_outcome
  Protocol(LearningTable table, std::uint64_t seed);

  std::size_t rows() const { return table_.outcome.size(); }
  /// Rows outside the sealed set, ascending.
  const std::vector<std::size_t>& development() const { return development_; }
  /// For judging predictions and for counts; nothing that learns takes an Outcome.
  const Outcome& outcome() const { return table_.outcome; }
  const std::vector<std::string>& centres() const { return table_.centres; }
  /// (rows,) rows with the same number are one patient.
  const std::vector<std::size_t>& units() const { return units_; }
  /// "rows 3 and 17 hold the same values and are kept together", and the like.
  const std::vector<std::string>& notes() const { return notes_; }

  /// Stratified, repeated with other seeds. errors domain, refused (fewer patients on the rarer side than folds)
  std::vector<Split> cross_validation(int repeats, int folds) const;
  /// errors refused: fewer patients with, or (binary) without, the outcome than folds
  void check_folds(int folds) const;
  /// Folds that somebody else drew, so that results can be compared: [repeat][row] the fold's name, "" for rows in
  /// none. Patients that also stand in the test part leave the training part. errors shape_mismatch, refused (fewer
  /// than two folds)
  std::vector<Split> given_folds(const std::vector<std::vector<std::string>>& folds) const;
  /// Each centre in turn; patients that also stand in another centre leave the training part. Rows without a centre
  /// are in no part: they may come from the one that is held out.
  /// errors refused: fewer than two centres
  std::vector<Split> leave_one_centre_out() const;
  /// Patients drawn with replacement, the others held out. Resamples without both classes are drawn again.
  std::vector<Split> bootstrap(int resamples) const;
  /// All development rows teach, the sealed rows are predicted. Opening is the caller's act to log.
  /// errors not_ready: no sealed row
  Split open_sealed() const;
  /// All development rows teach, nothing is held out: the final model.
  Split everything() const;

  TrainingRows training(const Split& split) const;
  HeldOutRows held_out(const Split& split) const;

  /// The same table with the outcomes of the development rows shuffled among patients: the null of the whole procedure.
  Protocol permuted(std::uint64_t seed) const;

 private:
  /// Rows of this name against those of all other names that share no patient with them; rows without a name are in no
  /// part.
  Split hold_out(const std::vector<std::string>& names, const std::string& name) const;

  LearningTable table_;
  std::uint64_t seed_ = 0;
  std::vector<std::size_t> units_;
  std::vector<std::size_t> development_;
  std::vector<std::string> notes_;
};

}  // namespace larc::learn
