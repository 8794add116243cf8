#include "store/database.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "store/connection.h"
#include "store/migrations.h"

namespace larc::store {

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

bool is_server_address(const std::string& location) {
  return location.starts_with("postgresql://") || location.starts_with("postgres://");
}

Database::Database(const std::string& location, const std::string& schema)
    : connection_(is_server_address(location) ? open_postgres(location, schema) : open_sqlite(location)) {
  migrate();
}

Database::~Database() = default;

void Database::migrate() {
  const std::vector<Migration> known = migrations();
  const auto applied = [&] { return query("SELECT name FROM migration").size(); };
  execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)");
  if (applied() == known.size()) return;
  transaction([&] {
    connection_->lock_for_migration();
    const std::size_t first = applied();
    if (first > known.size())
      throw Error(ErrorCode::format,
                  "registry " + connection_->name() + " was written by a newer larc; use that version or a newer one");
    for (std::size_t m = first; m < known.size(); ++m) {
      std::string statement;
      for (const std::string& line : split(known[m].sql, '\n')) {
        if (line.starts_with("--")) continue;
        statement += line + "\n";
        if (!trim(line).ends_with(';')) continue;
        execute(connection_->adapted(statement));
        statement.clear();
      }
      execute("INSERT INTO migration (name) VALUES ($1)", {known[m].name});
    }
  });
}

void Database::execute(const std::string& sql, const Row& values) {
  query(sql, values);
}

std::vector<Row> Database::query(const std::string& sql, const Row& values) {
  const std::lock_guard lock(mutex_);
  return connection_->query(sql, values);
}

void Database::each(const std::string& sql, const Row& values, const ReadRow& read) {
  const std::lock_guard lock(mutex_);
  connection_->each(sql, values, read);
}

void Database::insert(const std::string& table, const std::vector<std::string>& columns, const std::vector<Row>& rows) {
  const std::lock_guard lock(mutex_);
  if (!rows.empty()) connection_->insert(table, columns, rows);
}

void Database::within(void (Connection::*begin)(), const std::function<void()>& work) {
  const std::lock_guard lock(mutex_);
  if (in_transaction_) return work();
  (connection_.get()->*begin)();
  in_transaction_ = true;
  try {
    work();
    connection_->query("COMMIT", {});
  } catch (...) {
    in_transaction_ = false;
    connection_->roll_back();
    throw;
  }
  in_transaction_ = false;
}

void Database::transaction(const std::function<void()>& work) {
  within(&Connection::begin, work);
}

void Database::snapshot(const std::function<void()>& work) {
  within(&Connection::begin_snapshot, work);
}

void Database::lock_for_writing() {
  const std::lock_guard lock(mutex_);
  connection_->lock_for_writing();
}

}  // namespace larc::store
