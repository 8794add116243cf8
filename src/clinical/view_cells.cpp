#include "clinical/view_cells.h"

#include "clinical/content.h"
#include "clinical/view.h"
#include "core/number.h"

namespace larc::clinical {

long day_of(std::string_view date) {
  return parse_date(std::string(date.substr(0, 10))).value_or(kNoDay);
}

Cells::Cells(store::Database& database, const std::string& on, const std::string& patient) {
  readers.number("");
  instances.number("");
  std::unordered_map<std::int64_t, bool> seen;  // source -> recorded by then
  database.each("SELECT id, recorded_at FROM source", {},
                [&](auto row) { seen[parse_integer(row[0]).value_or(0)] = is_recorded_by(row[1], on); });
  PatientCells* cells = nullptr;
  std::int64_t id = 0;
  std::string dated;
  long day = kNoDay;
  std::uint32_t reader = 0, instance = 0;
  const ContentReader content{[&](std::string_view valid_at, std::string_view of_reader, std::string_view of_instance) {
                                if (valid_at != dated) {
                                  dated = valid_at;
                                  day = day_of(valid_at);
                                }
                                reader = readers.number(of_reader);
                                instance = instances.number(of_instance);
                              },
                              [&](std::string_view name, std::string_view value) {
                                const std::uint32_t variable = variables.number(name);
                                Cell& cell = reader == 0 && instance == 0
                                                 ? plain_cell(*cells, variable)
                                                 : other_cell(*cells, variable, reader, instance);
                                if (cell.row < id) cell = {id, day, pool_.keep(value)};
                              }};
  const auto read = [&](std::span<const std::string_view> row) {
    const auto source = seen.find(parse_integer(row[2]).value_or(0));
    if (source == seen.end() || !source->second) return;
    cells = &of(row[1]);
    id = parse_integer(row[0]).value_or(0);
    read_content(row[3], content);
  };
  const std::string columns = "SELECT id, patient, source, content FROM record";
  if (patient.empty())
    database.each(columns, {}, read);
  else
    database.each(columns + " WHERE patient = $1", {patient}, read);
}

}  // namespace larc::clinical
