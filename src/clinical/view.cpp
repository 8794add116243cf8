#include "clinical/view.h"

#include <tuple>

#include "clinical/same_value.h"
#include "clinical/view_cells.h"

namespace larc::clinical {

namespace {

/// What may be seen of one variable.
struct Limits {
  long until = kNoLimit;  // the last day on which a value may have become true
  long window_from = kNoDay;
  long window_until = kNoLimit;
  bool hold(long day) const { return day == kNoDay || (day <= until && day >= window_from && day <= window_until); }
};

/// A cell and whose it is.
struct SeenCell {
  std::uint32_t reader = 0, instance = 0;
  const Cell* cell = nullptr;  // null: none
};
/// The cells of one instance of a variable, one a reader.
using Readings = std::vector<SeenCell>;

/// The readings of the instance that was true last, of those that may be seen; empty if none is. On one day the one
/// recorded last, of one record the one with the highest number.
Readings newest_instance(const PatientCells& cells, std::uint32_t variable, const Limits& limits,
                         const Names& instances) {
  std::map<std::uint32_t, Readings> by_instance;
  const auto add = [&](std::uint32_t instance, std::uint32_t reader, const Cell& cell) {
    if (cell.row > 0 && !cell.value.empty() && limits.hold(cell.day))
      by_instance[instance].push_back({reader, instance, &cell});
  };
  if (variable < cells.plain.size()) add(0, 0, cells.plain[variable]);
  for (const auto& other : cells.others)
    if (other.variable == variable) add(other.instance, other.reader, other.cell);
  using Time = std::tuple<long, std::int64_t, std::size_t, std::string_view>;
  Readings best;
  Time best_time;
  for (auto& [instance, readings] : by_instance) {
    std::pair<long, std::int64_t> last{kNoDay, 0};
    for (const auto& reading : readings) last = std::max(last, {reading.cell->day, reading.cell->row});
    const std::string& name = instances.name(instance);
    const Time time{last.first, last.second, name.size(), name};
    if (!best.empty() && time < best_time) continue;
    best = std::move(readings);
    best_time = time;
  }
  return best;
}

/// What the readers say together; no cell: unknown.
SeenCell agreed(const Readings& readings, const Names& readers, const Variable* variable, ReaderPolicy policy) {
  SeenCell first;
  bool differ = false;
  for (const auto& reading : readings) {
    if (reading.reader == 0) return reading;
    if (first.cell != nullptr && !same_value(variable, first.cell->value, reading.cell->value)) differ = true;
    if (first.cell == nullptr || readers.name(reading.reader) < readers.name(first.reader)) first = reading;
  }
  return differ && policy == ReaderPolicy::unknown ? SeenCell{} : first;
}

/// Values of a patient from its cells, variable by variable.
class PatientResolver {
 public:
  PatientResolver(Cells& cells, const Rules& rules, const KnownAt& known)
      : cells_(cells), rules_(rules), point_(known.point) {
    if (!known.on.empty() && day_of(known.on) != kNoDay) until_ = day_of(known.on);
    if (!rules.data_cut.empty()) until_ = std::min(until_, day_of(rules.data_cut));
    std::map<std::string, std::uint32_t> sorted;
    for (std::uint32_t v = 0; v < cells.variables.size(); ++v) sorted.emplace(cells.variables.name(v), v);
    for (const auto& [name, number] : sorted) {
      const Variable* variable = rules.find_variable(name);
      const bool seen = point_ == PredictionPoint::LABEL || name == kCentreVariable ||
                        (variable != nullptr && variable->available_from <= point_);
      if (seen) order_.push_back({name, number, variable});
    }
  }

  PatientValues values(const PatientCells& cells) const {
    PatientValues values;
    each(cells, [&](const std::string& name, const SeenCell& reading) {
      values.emplace_hint(values.end(), name, reading.cell->value);
    });
    return values;
  }

  std::map<std::string, ValuePlace> places(const PatientCells& cells) const {
    std::map<std::string, ValuePlace> places;
    each(cells, [&](const std::string& name, const SeenCell& reading) {
      places[name] = {reading.cell->row, cells_.readers.name(reading.reader), cells_.instances.name(reading.instance)};
    });
    return places;
  }

 private:
  struct Ordered {
    std::string name;
    std::uint32_t number;
    const Variable* variable;
  };

  /// Calls `see` for every variable that has a value.
  template <typename See>
  void each(const PatientCells& cells, const See& see) const {
    Limits limits;
    limits.until = until_;
    if (point_ != PredictionPoint::LABEL) {
      const Moment& moment = rules_.moments[static_cast<std::size_t>(point_)];
      const long day = moment.date.empty() ? kNoDay : date(cells, moment.date);
      if (day != kNoDay) limits.until = std::min(limits.until, day + moment.days);
    }
    for (const auto& [name, number, variable] : order_) {
      Limits of_variable = limits;
      if (variable != nullptr && variable->window) {
        const long before = date(cells, variable->window->before);
        if (before != kNoDay) {
          of_variable.window_from = before - variable->window->days;
          of_variable.window_until = before;
        }
      }
      const SeenCell reading = this->reading(cells, number, variable, of_variable);
      if (reading.cell != nullptr && !reading.cell->value.empty()) see(name, reading);
    }
  }

  SeenCell reading(const PatientCells& cells, std::uint32_t number, const Variable* variable,
                   const Limits& limits) const {
    if (number >= cells_.repeated.size() || !cells_.repeated[number]) {
      if (number >= cells.plain.size()) return {};
      const Cell& cell = cells.plain[number];
      return cell.row > 0 && limits.hold(cell.day) ? SeenCell{0, 0, &cell} : SeenCell{};
    }
    return agreed(newest_instance(cells, number, limits, cells_.instances), cells_.readers, variable,
                  rules_.reader_policy);
  }

  /// A date that limits others, as it is known on the day asked for.
  long date(const PatientCells& cells, const std::string& variable) const {
    const Cell* cell = reading(cells, cells_.variables.number(variable), nullptr, {}).cell;
    return cell == nullptr ? kNoDay : day_of(cell->value);
  }

  Cells& cells_;
  const Rules& rules_;
  PredictionPoint point_;
  long until_ = kNoLimit;
  std::vector<Ordered> order_;
};

}  // namespace

bool is_recorded_by(std::string_view recorded_at, const std::string& on) {
  return on.empty() || (on.size() <= 10 ? recorded_at.substr(0, 10) : recorded_at) <= on;
}

std::map<std::string, PatientValues> view_values(store::Database& database, const Rules& rules, const KnownAt& known,
                                                 const std::string& patient) {
  Cells cells(database, known.on, patient);
  const PatientResolver resolve(cells, rules, known);
  std::map<std::string, PatientValues> values;
  for (auto& [id, of_patient] : cells.patients) {
    PatientValues known_values = resolve.values(of_patient);
    of_patient = {};
    if (!known_values.empty()) values.emplace_hint(values.end(), id, std::move(known_values));
  }
  return values;
}

std::map<std::string, ValuePlace> view_places(store::Database& database, const Rules& rules, const KnownAt& known,
                                              const std::string& patient) {
  Cells cells(database, known.on, patient);
  const PatientResolver resolve(cells, rules, known);
  const auto found = cells.patients.find(patient);
  return found == cells.patients.end() ? std::map<std::string, ValuePlace>() : resolve.places(found->second);
}

ReaderValues view_readers(store::Database& database) {
  const Cells cells(database, "", "");
  ReaderValues values;
  for (const auto& [patient, of_patient] : cells.patients)
    for (const auto& other : of_patient.others) {
      if (other.reader == 0 || other.cell.value.empty()) continue;
      auto& of_variable = values[patient][cells.variables.name(other.variable)];
      if (!of_variable.empty()) continue;
      for (const auto& reading : newest_instance(of_patient, other.variable, {}, cells.instances))
        of_variable[cells.readers.name(reading.reader)] = std::string(reading.cell->value);
    }
  return values;
}

}  // namespace larc::clinical
