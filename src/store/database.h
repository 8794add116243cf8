#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace larc::store {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
using Row = std::vector<Value>;
/// The columns of one row as text, NULL empty; valid during the call only.
using ReadRow = std::function<void(std::span<const std::string_view>)>;

/// Text of a column; empty when NULL.
std::string text(const Value& value);
/// Number of a column; NaN when NULL or no number.
double number(const Value& value);

class Connection;

/// One connection to the registry's database, SQLite or PostgreSQL. Safe to share between threads: calls take turns.
class Database {
 public:
  /// Opens or makes the database and brings its schema up to date.
  /// location  path of an SQLite file, kInMemory, or "postgresql://user@host:port/database" (password from the
  ///           address, PGPASSWORD or ~/.pgpass)
  /// schema    PostgreSQL: where the tables are, so that many studies share a database
  /// errors io, format (not a registry, or written by a newer larc), not_ready (no server answers), conflict
  explicit Database(const std::string& location, const std::string& schema = "larc");
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// One statement; `$1`, `$2`, ... stand for the values in order. errors internal, io (the disk is full, ...)
  void execute(const std::string& sql, const Row& values = {});
  std::vector<Row> query(const std::string& sql, const Row& values = {});
  /// Row by row at constant memory; `read` must not use the database.
  void each(const std::string& sql, const Row& values, const ReadRow& read);
  /// Many rows at once.
  void insert(const std::string& table, const std::vector<std::string>& columns, const std::vector<Row>& rows);
  /// All or nothing: rolls back when `work` throws. Within another transaction it is a part of that one.
  void transaction(const std::function<void()>& work);
  /// Everything `work` reads is of one moment, whatever other processes write meanwhile; it must not write. Within a
  /// transaction it is a part of that one.
  void snapshot(const std::function<void()>& work);

  /// From now on this is the only process that writes, until the connection ends. SQLite: a lock on the study's folder
  /// does that already. errors conflict
  void lock_for_writing();

 private:
  void migrate();
  void within(void (Connection::*begin)(), const std::function<void()>& work);
  std::recursive_mutex mutex_;
  std::unique_ptr<Connection> connection_;
  bool in_transaction_ = false;
};

/// The location of a database that lives as long as its Database and no longer.
inline constexpr const char* kInMemory = ":memory:";

/// True for "postgresql://..." and "postgres://...".
bool is_server_address(const std::string& location);

}  // namespace larc::store
