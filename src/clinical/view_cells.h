#pragma once
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/database.h"

namespace larc::clinical {

inline constexpr long kNoDay = std::numeric_limits<long>::min();
inline constexpr long kNoLimit = std::numeric_limits<long>::max();

/// kNoDay where it is no date; of a time its day.
long day_of(std::string_view date);

/// Texts one after the other: a small string of its own for each of millions would cost several times their size.
class TextPool {
 public:
  std::string_view keep(std::string_view text) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
      blocks_.emplace_back();
      blocks_.back().reserve(std::max<std::size_t>(1 << 20, text.size()));
    }
    std::string& block = blocks_.back();
    const std::size_t start = block.size();
    block.append(text);
    return std::string_view(block).substr(start);
  }

 private:
  std::deque<std::string> blocks_;
};

/// Small numbers for names.
class Names {
 public:
  std::uint32_t number(std::string_view name) {
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    names_.emplace_back(name);
    return numbers_.emplace(names_.back(), static_cast<std::uint32_t>(names_.size() - 1)).first->second;
  }
  std::size_t size() const { return names_.size(); }
  const std::string& name(std::size_t number) const { return names_[number]; }

 private:
  std::deque<std::string> names_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

struct Cell {
  std::int64_t row = 0;  // of the registry; 0: no value was recorded
  long day = kNoDay;     // on which it was true
  std::string_view value;
};
struct OtherCell {  // of a named reader or an instance
  std::uint32_t variable, reader, instance;
  Cell cell;
};
struct PatientCells {
  std::vector<Cell> plain;  // by variable
  std::vector<OtherCell> others;
};

/// The newest recorded cell of every patient, variable, reader and instance.
class Cells {
 public:
  /// on   as KnownAt::on
  Cells(store::Database& database, const std::string& on, const std::string& patient);

  std::map<std::string, PatientCells> patients;
  Names variables, readers, instances;
  std::vector<bool> repeated;  // by variable: some patient has it of a named reader or an instance

 private:
  PatientCells& of(std::string_view patient) {
    const auto found = by_name_.find(patient);
    if (found != by_name_.end()) return *found->second;
    const auto added = patients.emplace(patient, PatientCells()).first;
    return *by_name_.emplace(added->first, &added->second).first->second;
  }
  static Cell& plain_cell(PatientCells& cells, std::uint32_t variable) {
    if (cells.plain.size() <= variable) cells.plain.resize(variable + 1);
    return cells.plain[variable];
  }
  Cell& other_cell(PatientCells& cells, std::uint32_t variable, std::uint32_t reader, std::uint32_t instance) {
    if (repeated.size() <= variable) repeated.resize(variable + 1);
    repeated[variable] = true;
    for (auto& other : cells.others)
      if (other.variable == variable && other.reader == reader && other.instance == instance) return other.cell;
    return cells.others.emplace_back(OtherCell{variable, reader, instance, {}}).cell;
  }

  TextPool pool_;
  std::unordered_map<std::string_view, PatientCells*> by_name_;
};

}  // namespace larc::clinical
