#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace larc::store {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
using Row = std::vector<Value>;

/// Text of a column; empty when NULL.
std::string text(const Value& value);
/// Number of a column; NaN when NULL or no number. A computed column, such as MAX(id), comes as text.
double number(const Value& value);

/// One connection to the registry. Safe to share between threads: calls take turns.
class Database {
 public:
  /// Opens or makes the SQLite file and brings its schema up to date.
  /// errors io, format (not a registry, or written by a newer larc)
  explicit Database(const std::filesystem::path& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// One statement; `$1`, `$2`, ... stand for the values in order. errors internal, io
  void execute(const std::string& sql, const Row& values = {});
  std::vector<Row> query(const std::string& sql, const Row& values = {});
  /// All or nothing: rolls back when `work` throws. Not to be nested.
  void transaction(const std::function<void()>& work);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace larc::store
