#include "learn/protocol.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "learn/folds.h"
#include "learn/pick.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

constexpr std::size_t kLeastColumnsOfACopy = 3;
constexpr int kMostCopiesNamed = 5;

/// Union-find over rows.
class Units {
 public:
  explicit Units(std::size_t rows) : parent_(rows) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t row) {
    while (parent_[row] != row) row = parent_[row] = parent_[parent_[row]];
    return row;
  }
  /// The lower row leads.
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

/// Such a column tells nothing of whether two rows are the same patient.
bool is_made_up(const Column& column) {
  return column.group == kRandomGroup || column.group == kScoreGroup;
}

std::string values_of_row(const Frame& frame, std::size_t row) {
  std::string bytes;
  for (const auto& column : frame.columns) {
    if (is_made_up(column)) continue;
    if (column.kind == ColumnKind::numeric) {
      const double value = column.values[row] == 0.0 ? 0.0 : column.values[row];
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else {
      bytes.append(column.levels[row]).push_back('\0');
    }
  }
  return bytes;
}

bool has_many_values(const Frame& frame, std::size_t row) {
  std::set<double> values;
  for (const auto& column : frame.columns)
    if (column.kind == ColumnKind::numeric && !is_made_up(column) && std::isfinite(column.values[row]))
      values.insert(column.values[row]);
  return values.size() >= kLeastColumnsOfACopy;
}

}  // namespace

Protocol::Protocol(LearningTable table, std::uint64_t seed) : table_(std::move(table)), seed_(seed) {
  check_frame(table_.frame);
  check_outcome(table_.outcome);
  if (table_.frame.batches.empty()) table_.frame.batches = table_.centres;
  const std::size_t n = table_.outcome.size();
  stats::check_same_size("the table", table_.frame.rows, "the outcome", n);
  for (const auto& [name, size] : {std::pair<std::string, std::size_t>{"patients", table_.patients.size()},
                                   {"images", table_.images.size()},
                                   {"centres", table_.centres.size()},
                                   {"sealed", table_.sealed.size()}})
    if (size != 0) stats::check_same_size(name, size, "the outcome", n);
  Units units(n);
  std::map<std::string, std::size_t> first_of_patient, first_of_image, first_of_values;
  int copies = 0;
  const auto join_copies = [&](std::map<std::string, std::size_t>& first, const std::string& key, std::size_t row,
                               const std::string& what) {
    const auto [found, fresh] = first.emplace(key, row);
    if (fresh || units.find(found->second) == units.find(row)) return;
    units.join(found->second, row);
    if (++copies <= kMostCopiesNamed)
      notes_.push_back("rows " + std::to_string(found->second + 1) + " and " + std::to_string(row + 1) + " " + what +
                       "; they are kept on one side of every split");
  };
  for (std::size_t row = 0; row < n; ++row) {
    if (!table_.patients.empty() && !table_.patients[row].empty())
      units.join(first_of_patient.emplace(table_.patients[row], row).first->second, row);
    if (!table_.images.empty() && !table_.images[row].empty())
      join_copies(first_of_image, table_.images[row], row, "come from the same image");
    if (has_many_values(table_.frame, row))
      join_copies(first_of_values, values_of_row(table_.frame, row), row, "hold the same values in every column");
  }
  if (copies > kMostCopiesNamed)
    notes_.push_back(std::to_string(copies - kMostCopiesNamed) + " more rows are copies of others");
  for (std::size_t row = 0; row < n; ++row) units_.push_back(units.find(row));
  std::set<std::size_t> sealed_units;
  for (std::size_t row = 0; row < n; ++row)
    if (!table_.sealed.empty() && table_.sealed[row]) sealed_units.insert(units_[row]);
  std::size_t kept_out = 0;
  for (std::size_t row = 0; row < n; ++row) {
    const bool sealed = !table_.sealed.empty() && table_.sealed[row];
    if (!sealed_units.contains(units_[row]))
      development_.push_back(row);
    else if (!sealed)
      ++kept_out;
  }
  if (kept_out > 0)
    notes_.push_back(std::to_string(kept_out) + " rows belong to patients of the sealed set and are left out");
}

void Protocol::check_folds(int folds) const {
  const std::size_t rarer = rarer_side(table_.outcome.select_rows(development_), pick(units_, development_));
  if (rarer < static_cast<std::size_t>(folds))
    throw Error(ErrorCode::refused, std::to_string(folds) + " folds need at least as many patients with" +
                                        (table_.outcome.kind == OutcomeKind::binary ? " and without" : "") +
                                        " the outcome; there are " + std::to_string(rarer) +
                                        "; ask for fewer folds or wait for more patients");
}

std::vector<Split> Protocol::cross_validation(int repeats, int folds) const {
  check_folds(folds);
  const Outcome outcome = table_.outcome.select_rows(development_);
  std::vector<Split> splits;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const std::vector<int> assignment =
        unit_folds(outcome, pick(units_, development_), folds,
                   derive_seed(seed_, "outer folds", static_cast<std::uint64_t>(repeat)));
    for (int fold = 0; fold < folds; ++fold) {
      const FoldRows rows = fold_rows(assignment, fold);
      splits.push_back({repeat, "fold " + std::to_string(fold + 1), pick(development_, rows.training),
                        pick(development_, rows.test)});
    }
  }
  return splits;
}

std::vector<Split> Protocol::leave_one_centre_out() const {
  std::set<std::string> names;
  for (const std::size_t row : development_)
    if (!table_.centres.empty() && !table_.centres[row].empty()) names.insert(table_.centres[row]);
  if (names.size() < 2)
    throw Error(ErrorCode::refused, "leave-one-centre-out needs at least two centres; there " +
                                        std::string(names.empty() ? "is none" : "is one"));
  std::vector<Split> splits;
  for (const auto& centre : names) {
    splits.push_back(hold_out(table_.centres, centre));
    splits.back().held_out = "centre " + centre;
  }
  return splits;
}

Split Protocol::hold_out(const std::vector<std::string>& names, const std::string& name) const {
  std::set<std::size_t> held_units;
  for (const std::size_t row : development_)
    if (names[row] == name) held_units.insert(units_[row]);
  Split split{0, name, {}, {}};
  for (const std::size_t row : development_) {
    if (names[row] == name)
      split.test.push_back(row);
    else if (!names[row].empty() && !held_units.contains(units_[row]))
      split.training.push_back(row);
  }
  return split;
}

std::vector<Split> Protocol::given_folds(const std::vector<std::vector<std::string>>& folds) const {
  std::vector<Split> splits;
  for (std::size_t repeat = 0; repeat < folds.size(); ++repeat) {
    stats::check_same_size("the folds", folds[repeat].size(), "the table", rows());
    std::set<std::string> names;
    for (const std::size_t row : development_)
      if (!folds[repeat][row].empty()) names.insert(folds[repeat][row]);
    if (names.size() < 2)
      throw Error(ErrorCode::refused, "a column of folds needs at least two of them; there " +
                                          std::string(names.empty() ? "is none" : "is one"));
    for (const auto& name : names) {
      splits.push_back(hold_out(folds[repeat], name));
      splits.back().repeat = static_cast<int>(repeat);
      splits.back().held_out = "fold " + name;
    }
  }
  return splits;
}

std::vector<Split> Protocol::bootstrap(int resamples) const {
  std::map<std::size_t, std::vector<std::size_t>> rows_of_unit;
  for (const std::size_t row : development_) rows_of_unit[units_[row]].push_back(row);
  std::vector<const std::vector<std::size_t>*> units;
  for (const auto& [unit, rows] : rows_of_unit) units.push_back(&rows);
  std::vector<Split> splits;
  for (int k = 0; k < resamples; ++k) {
    for (int attempt = 0; attempt < 1000; ++attempt) {
      Random random(derive_seed(seed_, "resample", static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(attempt)));
      std::vector<bool> drawn(units.size(), false);
      Split split{k, "resample " + std::to_string(k + 1), {}, {}};
      for (std::size_t i = 0; i < units.size(); ++i) {
        const auto unit = static_cast<std::size_t>(random.below(units.size()));
        drawn[unit] = true;
        split.training.insert(split.training.end(), units[unit]->begin(), units[unit]->end());
      }
      for (std::size_t u = 0; u < units.size(); ++u)
        if (!drawn[u]) split.test.insert(split.test.end(), units[u]->begin(), units[u]->end());
      if (split.test.empty() ||
          rarer_side(table_.outcome.select_rows(split.training), pick(units_, split.training)) < 2 ||
          rarer_side(table_.outcome.select_rows(split.test), pick(units_, split.test)) < 1)
        continue;
      splits.push_back(std::move(split));
      break;
    }
  }
  if (splits.size() != static_cast<std::size_t>(resamples))
    throw Error(ErrorCode::refused, "too few patients with the outcome to draw bootstrap resamples with both classes");
  return splits;
}

Split Protocol::open_sealed() const {
  Split split{0, "external", development_, {}};
  for (std::size_t row = 0; row < rows(); ++row)
    if (!table_.sealed.empty() && table_.sealed[row]) split.test.push_back(row);
  if (split.test.empty()) throw Error(ErrorCode::not_ready, "the table has no external rows");
  return split;
}

Split Protocol::everything() const {
  return {0, "nothing", development_, {}};
}

TrainingRows Protocol::training(const Split& split) const {
  TrainingRows result;
  result.frame_ = table_.frame.select_rows(split.training);
  result.outcome_ = table_.outcome.select_rows(split.training);
  result.centres_ = pick(table_.centres, split.training);
  result.units_ = pick(units_, split.training);
  result.indices_ = split.training;
  return result;
}

HeldOutRows Protocol::held_out(const Split& split) const {
  return {table_.frame.select_rows(split.test), pick(table_.centres, split.test), split.test};
}

Protocol Protocol::permuted(std::uint64_t seed) const {
  Protocol result = *this;
  std::map<std::size_t, std::vector<std::size_t>> rows_of_unit;
  for (const std::size_t row : development_) rows_of_unit[units_[row]].push_back(row);
  // Patients exchange outcomes with others of as many rows, so that one patient keeps one outcome and counts stay.
  std::map<std::size_t, std::vector<const std::vector<std::size_t>*>> of_size;
  for (const auto& [unit, rows] : rows_of_unit) of_size[rows.size()].push_back(&rows);
  Random random(derive_seed(seed, "permuted outcomes"));
  std::vector<std::size_t> source(rows());
  std::iota(source.begin(), source.end(), std::size_t{0});
  for (const auto& [size, units] : of_size) {
    const std::vector<std::size_t> order = random.permutation(units.size());
    for (std::size_t u = 0; u < units.size(); ++u)
      for (std::size_t i = 0; i < size; ++i) source[(*units[u])[i]] = (*units[order[u]])[i];
  }
  result.table_.outcome = table_.outcome.select_rows(source);
  result.seed_ = derive_seed(seed, "permuted protocol");
  return result;
}

}  // namespace larc::learn
