#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <map>

#include "core/error.h"
#include "core/text.h"
#include "store/connection.h"

namespace larc::store {

namespace {

class SqliteConnection : public Connection {
 public:
  explicit SqliteConnection(const std::string& file) : file_(file) {
    make_private(file);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
      const std::string reason = sqlite3_errmsg(handle_);
      sqlite3_close(handle_);
      throw Error(ErrorCode::io, "registry " + file + " cannot be opened: " + reason);
    }
    try {
      sqlite3_busy_timeout(handle_, 10000);
      for (const char* pragma :
           {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -16384"})
        query(pragma, {});
    } catch (...) {
      close();
      throw;
    }
  }
  ~SqliteConnection() override { close(); }

  std::vector<Row> query(const std::string& sql, const Row& values) override {
    std::vector<Row> rows;
    run(sql, values, [&](sqlite3_stmt* statement, int columns) {
      Row row;
      for (int c = 0; c < columns; ++c) switch (sqlite3_column_type(statement, c)) {
          case SQLITE_NULL:
            row.emplace_back(nullptr);
            break;
          case SQLITE_INTEGER:
            row.emplace_back(static_cast<std::int64_t>(sqlite3_column_int64(statement, c)));
            break;
          case SQLITE_FLOAT:
            row.emplace_back(sqlite3_column_double(statement, c));
            break;
          default:
            row.emplace_back(std::string(text_of(statement, c)));
        }
      rows.push_back(std::move(row));
    });
    return rows;
  }

  void each(const std::string& sql, const Row& values, const ReadRow& read) override {
    std::vector<std::string_view> cells;
    run(sql, values, [&](sqlite3_stmt* statement, int columns) {
      cells.clear();
      for (int c = 0; c < columns; ++c) cells.push_back(text_of(statement, c));
      read(cells);
    });
  }

  void insert(const std::string& table, const std::vector<std::string>& columns,
              const std::vector<Row>& rows) override {
    std::vector<std::string> places;
    for (std::size_t c = 0; c < columns.size(); ++c) places.push_back(place_name(c));
    const std::string sql =
        "INSERT INTO " + table + " (" + join(columns, ", ") + ") VALUES (" + join(places, ", ") + ")";
    for (const Row& row : rows) run(sql, row, [](sqlite3_stmt*, int) {});
  }

  void begin() override { query("BEGIN IMMEDIATE", {}); }
  void begin_snapshot() override { query("BEGIN DEFERRED", {}); }
  void roll_back() noexcept override { sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr); }
  std::string adapted(const std::string& sql) const override { return sql; }
  void lock_for_migration() override {}  // BEGIN IMMEDIATE did
  void lock_for_writing() override {}
  std::string name() const override { return file_; }

 private:
  /// SQLite makes files that everybody may read, and gives the rights of this one to those it makes beside it. Whether
  /// it can be made at all SQLite says when it opens it.
  static void make_private(const std::string& file) {
    if (file == kInMemory) return;
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (descriptor >= 0) ::close(descriptor);
  }

  static std::string place_name(std::size_t index) {
    std::string name(1, '$');
    return name.append(std::to_string(index + 1));
  }

  static std::string_view text_of(sqlite3_stmt* statement, int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return bytes == nullptr
               ? std::string_view()
               : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  }

  [[noreturn]] void fail() const {
    const std::string reason = sqlite3_errmsg(handle_);
    switch (sqlite3_errcode(handle_)) {
      case SQLITE_FULL:
        throw Error(ErrorCode::io, "registry " + file_ +
                                       ": the disk is full; what was being written was taken back. Free space and "
                                       "repeat the command");
      case SQLITE_BUSY:
        throw Error(ErrorCode::conflict, "registry " + file_ + " is held by another program; wait for it to end");
      case SQLITE_NOTADB:
      case SQLITE_CORRUPT:
        throw Error(ErrorCode::format,
                    "registry " + file_ + " is damaged or no registry (" + reason + "); restore it from a copy");
      case SQLITE_ERROR:
      case SQLITE_CONSTRAINT:
      case SQLITE_RANGE:
      case SQLITE_MISUSE:
        throw Error(ErrorCode::internal, "registry " + file_ + ": " + reason);
      default:
        throw Error(ErrorCode::io,
                    "registry " + file_ + ": " + reason + "; check the disk and the rights on the folder");
    }
  }

  sqlite3_stmt* prepared(const std::string& sql) {
    sqlite3_stmt*& statement = statements_[sql];
    if (statement == nullptr &&
        sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, nullptr) != SQLITE_OK)
      fail();
    return statement;
  }

  template <typename Read>
  void run(const std::string& sql, const Row& values, const Read& read) {
    sqlite3_stmt* statement = prepared(sql);
    for (std::size_t v = 0; v < values.size(); ++v) {
      // `$2` may stand before `$1`, or `$1` twice: by name.
      const int place = sqlite3_bind_parameter_index(statement, place_name(v).c_str());
      int code = SQLITE_OK;
      if (const auto* as_text = std::get_if<std::string>(&values[v]))
        code = sqlite3_bind_text(statement, place, as_text->data(), static_cast<int>(as_text->size()), SQLITE_STATIC);
      else if (const auto* as_integer = std::get_if<std::int64_t>(&values[v]))
        code = sqlite3_bind_int64(statement, place, *as_integer);
      else if (const auto* as_double = std::get_if<double>(&values[v]))
        code = sqlite3_bind_double(statement, place, *as_double);
      else
        code = sqlite3_bind_null(statement, place);
      if (code != SQLITE_OK) fail();
    }
    const struct Reset {
      sqlite3_stmt* statement;
      ~Reset() { sqlite3_reset(statement); }
    } reset{statement};
    const int columns = sqlite3_column_count(statement);
    for (;;) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) return;
      if (code != SQLITE_ROW) fail();
      read(statement, columns);
    }
  }

  void close() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }

  std::string file_;
  sqlite3* handle_ = nullptr;
  std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace

std::unique_ptr<Connection> open_sqlite(const std::string& file) {
  return std::make_unique<SqliteConnection>(file);
}

}  // namespace larc::store
