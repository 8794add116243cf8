#include "store/database.h"

#include <Poco/Data/RecordSet.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <mutex>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "store/migrations.h"

namespace larc::store {

using namespace Poco::Data::Keywords;

struct Database::Connection {
  explicit Connection(const std::string& file) : session("SQLite", file), path(file) {}
  Poco::Data::Session session;
  std::recursive_mutex mutex;
  std::filesystem::path path;
};

std::string text(const Value& value) {
  if (const auto* as_text = std::get_if<std::string>(&value)) return *as_text;
  if (const auto* as_integer = std::get_if<std::int64_t>(&value)) return std::to_string(*as_integer);
  if (const auto* as_double = std::get_if<double>(&value)) return format_double(*as_double);
  return "";
}

double number(const Value& value) {
  if (const auto* as_integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*as_integer);
  if (const auto* as_double = std::get_if<double>(&value)) return *as_double;
  if (const auto* as_text = std::get_if<std::string>(&value)) return parse_double(*as_text).value_or(kNaN);
  return kNaN;
}

namespace {

void bind_value(Poco::Data::Statement& statement, const Value& value) {
  if (const auto* as_text = std::get_if<std::string>(&value))
    statement, bind(*as_text);
  else if (const auto* as_integer = std::get_if<std::int64_t>(&value))
    statement, bind(static_cast<Poco::Int64>(*as_integer));
  else if (const auto* as_double = std::get_if<double>(&value))
    statement, bind(*as_double);
  else
    statement, bind(Poco::Nullable<std::string>());
}

[[noreturn]] void translate(const Poco::Exception& error, const std::filesystem::path& path) {
  throw Error(ErrorCode::io, "registry " + path.string() + ": " + error.displayText());
}

}  // namespace

Database::Database(const std::filesystem::path& path) {
  static std::once_flag registered;
  std::call_once(registered, [] { Poco::Data::SQLite::Connector::registerConnector(); });
  try {
    connection_ = std::make_unique<Connection>(path.string());
    for (const char* pragma : {"PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                               "PRAGMA foreign_keys = ON"})
      query(pragma);
  } catch (const Poco::Exception& error) {
    translate(error, path);
  }
  execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)");
  std::vector<std::string> applied;
  for (const Row& row : query("SELECT name FROM migration ORDER BY name")) applied.push_back(text(row[0]));
  const std::vector<Migration> known = migrations();
  if (applied.size() > known.size())
    throw Error(ErrorCode::format,
                "registry " + path.string() + " was written by a newer larc; use that version or a newer one");
  for (std::size_t m = applied.size(); m < known.size(); ++m)
    transaction([&] {
      std::string statement;
      for (const std::string& line : split(known[m].sql, '\n')) {
        if (line.starts_with("--")) continue;
        statement += line + "\n";
        if (!trim(line).ends_with(';')) continue;
        execute(statement);
        statement.clear();
      }
      execute("INSERT INTO migration (name) VALUES ($1)", {known[m].name});
    });
}

Database::~Database() = default;

void Database::execute(const std::string& sql, const Row& values) {
  query(sql, values);
}

std::vector<Row> Database::query(const std::string& sql, const Row& values) {
  const std::lock_guard lock(connection_->mutex);
  try {
    Poco::Data::Statement statement(connection_->session);
    statement << sql;
    for (const Value& value : values) bind_value(statement, value);
    statement.execute();
    Poco::Data::RecordSet records(statement);
    std::vector<Row> rows;
    const std::size_t columns = records.columnCount();
    if (columns == 0) return rows;
    for (bool more = records.moveFirst(); more; more = records.moveNext()) {
      Row row;
      for (std::size_t c = 0; c < columns; ++c) {
        const Poco::Dynamic::Var& cell = records.value(c);
        if (cell.isEmpty())
          row.emplace_back(nullptr);
        else if (cell.isInteger())
          row.emplace_back(static_cast<std::int64_t>(cell.convert<Poco::Int64>()));
        else if (cell.isNumeric())
          row.emplace_back(cell.convert<double>());
        else
          row.emplace_back(cell.convert<std::string>());
      }
      rows.push_back(std::move(row));
    }
    return rows;
  } catch (const Poco::Exception& error) {
    translate(error, connection_->path);
  }
}

void Database::transaction(const std::function<void()>& work) {
  const std::lock_guard lock(connection_->mutex);
  execute("BEGIN IMMEDIATE");
  try {
    work();
  } catch (...) {
    execute("ROLLBACK");
    throw;
  }
  execute("COMMIT");
}

}  // namespace larc::store
