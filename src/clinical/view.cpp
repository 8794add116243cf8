#include "clinical/view.h"

#include <charconv>
#include <deque>
#include <tuple>
#include <unordered_map>

#include "clinical/content.h"

namespace larc::clinical {

namespace {

constexpr long kNoDay = std::numeric_limits<long>::min();
constexpr long kNoLimit = std::numeric_limits<long>::max();

long day_of(std::string_view date) {
  return parse_date(std::string(date.substr(0, 10))).value_or(kNoDay);
}

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

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
  Cells(store::Database& database, const std::string& on, const std::string& patient) {
    readers.number("");
    instances.number("");
    std::unordered_map<std::int64_t, bool> seen;  // source -> recorded by then
    database.each("SELECT id, recorded_at FROM source", {}, [&](auto row) {
      seen[integer(row[0])] = on.empty() || (on.size() <= 10 ? row[1].substr(0, 10) : row[1]) <= on;
    });
    PatientCells* cells = nullptr;
    std::int64_t id = 0;
    std::string dated;
    long day = kNoDay;
    std::uint32_t reader = 0, instance = 0;
    const ContentReader content{
        [&](std::string_view valid_at, std::string_view of_reader, std::string_view of_instance) {
          if (valid_at != dated) {
            dated = valid_at;
            day = day_of(valid_at);
          }
          reader = readers.number(of_reader);
          instance = instances.number(of_instance);
        },
        [&](std::string_view name, std::string_view value) {
          const std::uint32_t variable = variables.number(name);
          Cell& cell = reader == 0 && instance == 0 ? plain_cell(*cells, variable)
                                                    : other_cell(*cells, variable, reader, instance);
          if (cell.row < id) cell = {id, day, pool_.keep(value)};
        }};
    const auto read = [&](std::span<const std::string_view> row) {
      const auto source = seen.find(integer(row[2]));
      if (source == seen.end() || !source->second) return;
      cells = &of(row[1]);
      id = integer(row[0]);
      read_content(row[3], content);
    };
    const std::string columns = "SELECT id, patient, source, content FROM record";
    if (patient.empty())
      database.each(columns, {}, read);
    else
      database.each(columns + " WHERE patient = $1", {patient}, read);
  }

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

/// What may be seen of one variable.
struct Limits {
  long until = kNoLimit;  // the last day on which a value may have become true
  long window_from = kNoDay;
  long window_until = kNoLimit;
  bool hold(long day) const { return day == kNoDay || (day <= until && day >= window_from && day <= window_until); }
};

/// The cells of one instance of a variable, one a reader.
using Readings = std::vector<std::pair<std::uint32_t, const Cell*>>;

/// The readings of the instance that was true last, of those that may be seen; empty if none is. On one day the one
/// recorded last, of one record the one with the highest number.
Readings newest_instance(const PatientCells& cells, std::uint32_t variable, const Limits& limits,
                         const Names& instances) {
  std::map<std::uint32_t, Readings> by_instance;
  const auto add = [&](std::uint32_t instance, std::uint32_t reader, const Cell& cell) {
    if (cell.row > 0 && !cell.value.empty() && limits.hold(cell.day)) by_instance[instance].emplace_back(reader, &cell);
  };
  if (variable < cells.plain.size()) add(0, 0, cells.plain[variable]);
  for (const auto& other : cells.others)
    if (other.variable == variable) add(other.instance, other.reader, other.cell);
  using Time = std::tuple<long, std::int64_t, std::size_t, std::string_view>;
  Readings best;
  Time best_time;
  for (auto& [instance, readings] : by_instance) {
    std::pair<long, std::int64_t> last{kNoDay, 0};
    for (const auto& [reader, cell] : readings) last = std::max(last, {cell->day, cell->row});
    const std::string& name = instances.name(instance);
    const Time time{last.first, last.second, name.size(), name};
    if (!best.empty() && time < best_time) continue;
    best = std::move(readings);
    best_time = time;
  }
  return best;
}

/// What the readings say together; empty: unknown.
std::string_view agreed(const Readings& readings, const Names& readers, ReaderPolicy policy) {
  const std::pair<std::uint32_t, const Cell*>* first = nullptr;
  bool differ = false;
  for (const auto& reading : readings) {
    if (reading.first == 0) return reading.second->value;
    if (first != nullptr && first->second->value != reading.second->value) differ = true;
    if (first == nullptr || readers.name(reading.first) < readers.name(first->first)) first = &reading;
  }
  if (first == nullptr || (differ && policy == ReaderPolicy::unknown)) return {};
  return first->second->value;
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

  PatientValues operator()(const PatientCells& cells) const {
    Limits limits;
    limits.until = until_;
    if (point_ != PredictionPoint::LABEL) {
      const Moment& moment = rules_.moments[static_cast<std::size_t>(point_)];
      const long day = moment.date.empty() ? kNoDay : date(cells, moment.date);
      if (day != kNoDay) limits.until = std::min(limits.until, day + moment.days);
    }
    PatientValues values;
    for (const auto& [name, number, variable] : order_) {
      Limits of_variable = limits;
      if (variable != nullptr && variable->window) {
        const long before = date(cells, variable->window->before);
        if (before != kNoDay) {
          of_variable.window_from = before - variable->window->days;
          of_variable.window_until = before;
        }
      }
      const std::string_view value = this->value(cells, number, of_variable);
      if (!value.empty()) values.emplace_hint(values.end(), name, value);
    }
    return values;
  }

 private:
  struct Ordered {
    std::string name;
    std::uint32_t number;
    const Variable* variable;
  };

  std::string_view value(const PatientCells& cells, std::uint32_t variable, const Limits& limits) const {
    if (variable >= cells_.repeated.size() || !cells_.repeated[variable]) {
      if (variable >= cells.plain.size()) return {};
      const Cell& cell = cells.plain[variable];
      return cell.row > 0 && limits.hold(cell.day) ? cell.value : std::string_view();
    }
    return agreed(newest_instance(cells, variable, limits, cells_.instances), cells_.readers, rules_.reader_policy);
  }

  /// A date that limits others, as it is known on the day asked for.
  long date(const PatientCells& cells, const std::string& variable) const {
    return day_of(value(cells, cells_.variables.number(variable), {}));
  }

  Cells& cells_;
  const Rules& rules_;
  PredictionPoint point_;
  long until_ = kNoLimit;
  std::vector<Ordered> order_;
};

}  // namespace

std::map<std::string, PatientValues> view_values(store::Database& database, const Rules& rules, const KnownAt& known,
                                                 const std::string& patient) {
  Cells cells(database, known.on, patient);
  const PatientResolver resolve(cells, rules, known);
  std::map<std::string, PatientValues> values;
  for (auto& [id, of_patient] : cells.patients) {
    PatientValues known_values = resolve(of_patient);
    of_patient = {};
    if (!known_values.empty()) values.emplace_hint(values.end(), id, std::move(known_values));
  }
  return values;
}

ReaderValues view_readers(store::Database& database) {
  const Cells cells(database, "", "");
  ReaderValues values;
  for (const auto& [patient, of_patient] : cells.patients)
    for (const auto& other : of_patient.others) {
      if (other.reader == 0 || other.cell.value.empty()) continue;
      auto& of_variable = values[patient][cells.variables.name(other.variable)];
      if (!of_variable.empty()) continue;
      for (const auto& [reader, cell] : newest_instance(of_patient, other.variable, {}, cells.instances))
        of_variable[cells.readers.name(reader)] = std::string(cell->value);
    }
  return values;
}

}  // namespace larc::clinical
