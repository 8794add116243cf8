#include <libpq-fe.h>

#include <chrono>
#include <map>
#include <thread>

#include "core/error.h"
#include "core/hash.h"
#include "core/number.h"
#include "core/text.h"
#include "store/connection.h"
#include "store/postgres_address.h"

namespace larc::store {

namespace {

struct Result {
  explicit Result(PGresult* result) : handle(result) {}
  ~Result() { PQclear(handle); }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  PGresult* handle;
};

std::string one_line(const std::string& message) {
  std::string line = join(split(std::string(trim(message)), '\n'), " ");
  for (char& c : line)
    if (c == '\t') c = ' ';
  return line;
}

/// A cell of COPY's text format: without backslashes it stands as it is.
std::string_view unescaped(std::string_view cell, std::string& buffer) {
  if (cell == "\\N") return {};
  if (cell.find('\\') == std::string_view::npos) return cell;
  buffer.clear();
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != '\\' || i + 1 == cell.size()) {
      buffer += cell[i];
      continue;
    }
    static constexpr std::string_view kLetters = "bfnrtv", kBytes = "\b\f\n\r\t\v";
    const auto letter = kLetters.find(cell[++i]);
    buffer += letter == std::string_view::npos ? cell[i] : kBytes[letter];
  }
  return buffer;
}

void append_escaped(const Value& value, std::string& line) {
  if (std::holds_alternative<std::nullptr_t>(value)) {
    line += "\\N";
    return;
  }
  for (const char c : text(value)) switch (c) {
      case '\\':
        line += "\\\\";
        break;
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        line += c;
    }
}

class PostgresConnection : public Connection {
 public:
  PostgresConnection(const std::string& address, const std::string& schema)
      : PostgresConnection(address, parse_postgres_address(address), schema) {}
  PostgresConnection(const std::string& address, const PostgresAddress& parsed, const std::string& schema)
      : name_(parsed.shown), schema_(schema) {
    if (schema.empty() || schema.size() > 63)
      throw Error(ErrorCode::domain,
                  "a study in PostgreSQL needs an id of 1 to 63 characters; shorten 'id' in study.yaml");
    // What stands behind the address is stronger than what it says; an empty value says nothing.
    const char* keywords[] = {"dbname", "fallback_application_name", "connect_timeout", "client_encoding", "sslmode",
                              nullptr};
    const char* values[] = {address.c_str(), "larc", "10", "UTF8", parsed.sslmode.c_str(), nullptr};
    handle_ = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(handle_) != CONNECTION_OK) {
      const std::string reason = one_line(PQerrorMessage(handle_));
      PQfinish(handle_);
      throw Error(ErrorCode::not_ready, "the database " + name_ + " of this study cannot be reached (" + reason +
                                            "); start its server, or correct 'database' in study.yaml");
    }
    PQsetNoticeProcessor(
        handle_, [](void*, const char*) {}, nullptr);
    try {
      char* quoted = PQescapeIdentifier(handle_, schema.c_str(), schema.size());
      const std::string identifier = quoted == nullptr ? "" : quoted;
      PQfreemem(quoted);
      if (query("SELECT 1 FROM information_schema.schemata WHERE schema_name = $1", {schema}).empty())
        query("CREATE SCHEMA IF NOT EXISTS " + identifier, {});
      query("SET search_path TO " + identifier, {});
    } catch (...) {
      PQfinish(handle_);
      throw;
    }
  }
  ~PostgresConnection() override { PQfinish(handle_); }

  std::vector<Row> query(const std::string& sql, const Row& values) override {
    const Result result(run(sql, values));
    std::vector<Row> rows(static_cast<std::size_t>(PQntuples(result.handle)));
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (int c = 0; c < PQnfields(result.handle); ++c) {
        if (PQgetisnull(result.handle, static_cast<int>(r), c)) {
          rows[r].emplace_back(nullptr);
          continue;
        }
        const std::string cell(cell_of(result.handle, static_cast<int>(r), c));
        switch (PQftype(result.handle, c)) {
          case 20:  // int8
          case 23:  // int4
            rows[r].emplace_back(parse_integer(cell).value_or(0));
            break;
          case 701:   // float8
          case 1700:  // numeric
            rows[r].emplace_back(parse_double(cell).value_or(kNaN));
            break;
          default:
            rows[r].emplace_back(cell);
        }
      }
    return rows;
  }

  /// Without values by COPY, which streams; with values at once, for questions about one patient.
  void each(const std::string& sql, const Row& values, const ReadRow& read) override {
    std::vector<std::string_view> cells;
    if (!values.empty()) {
      const Result result(run(sql, values));
      for (int r = 0; r < PQntuples(result.handle); ++r) {
        cells.clear();
        for (int c = 0; c < PQnfields(result.handle); ++c) cells.push_back(cell_of(result.handle, r, c));
        read(cells);
      }
      return;
    }
    const Result start(PQexec(handle_, ("COPY (" + sql + ") TO STDOUT").c_str()));
    if (PQresultStatus(start.handle) != PGRES_COPY_OUT) fail(start.handle);
    std::vector<std::string> buffers;
    std::exception_ptr thrown;
    char* line = nullptr;
    int length = 0;
    while ((length = PQgetCopyData(handle_, &line, 0)) > 0) {
      const std::unique_ptr<char, void (*)(void*)> owner(line, PQfreemem);
      if (thrown) continue;  // what is still on its way has to be fetched
      try {
        split_line(std::string_view(line, static_cast<std::size_t>(length) - 1), cells, buffers);
        read(cells);
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    finish();
    if (thrown) std::rethrow_exception(thrown);
  }

  void insert(const std::string& table, const std::vector<std::string>& columns,
              const std::vector<Row>& rows) override {
    const Result start(PQexec(handle_, ("COPY " + table + " (" + join(columns, ", ") + ") FROM STDIN").c_str()));
    if (PQresultStatus(start.handle) != PGRES_COPY_IN) fail(start.handle);
    std::string lines;
    const auto send = [&] {
      if (PQputCopyData(handle_, lines.data(), static_cast<int>(lines.size())) != 1) fail(nullptr);
      lines.clear();
    };
    for (const Row& row : rows) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (c > 0) lines += '\t';
        append_escaped(row[c], lines);
      }
      lines += '\n';
      if (lines.size() > 65536) send();
    }
    if (!lines.empty()) send();
    if (PQputCopyEnd(handle_, nullptr) != 1) fail(nullptr);
    finish();
  }

  void begin() override { query("BEGIN", {}); }
  void begin_snapshot() override { query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {}); }
  void roll_back() noexcept override { PQclear(PQexec(handle_, "ROLLBACK")); }

  std::string adapted(const std::string& sql) const override {
    std::string text = sql;
    for (auto at = text.find(" INTEGER"); at != std::string::npos; at = text.find(" INTEGER", at))
      text.replace(at, 8, " BIGINT");
    return text;
  }

  void lock_for_migration() override { query("SELECT pg_advisory_xact_lock($1::bigint)", {lock_key("migration")}); }

  void lock_for_writing() override {
    // A writer that was killed a moment ago holds its lock until the server has noticed.
    for (int attempt = 0; attempt < 30; ++attempt) {
      if (text(query("SELECT pg_try_advisory_lock($1::bigint)", {lock_key("writing")})[0][0]) == "t") return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    throw Error(ErrorCode::conflict, "another larc is writing to the study '" + schema_ + "' in the database " + name_ +
                                         "; wait for it to end");
  }

  std::string name() const override { return name_; }

 private:
  static std::string_view cell_of(const PGresult* result, int row, int column) {
    return {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))};
  }

  static void split_line(std::string_view line, std::vector<std::string_view>& cells,
                         std::vector<std::string>& buffers) {
    cells.clear();
    for (std::size_t start = 0;;) {
      const auto end = line.find('\t', start);
      cells.push_back(line.substr(start, end == std::string_view::npos ? end : end - start));
      if (end == std::string_view::npos) break;
      start = end + 1;
    }
    buffers.resize(cells.size());
    for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = unescaped(cells[c], buffers[c]);
  }

  std::int64_t lock_key(const std::string& purpose) const {
    const std::string digits = sha256("larc " + purpose + " " + schema_).substr(0, 15);
    return static_cast<std::int64_t>(std::stoull(digits, nullptr, 16));
  }

  /// One prepared statement a text: planned once.
  PGresult* run(const std::string& sql, const Row& values) {
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
    texts.reserve(values.size());
    for (const Value& value : values) {
      texts.push_back(text(value));
      pointers.push_back(std::holds_alternative<std::nullptr_t>(value) ? nullptr : texts.back().c_str());
    }
    const int count = static_cast<int>(values.size());
    PGresult* result = nullptr;
    if (values.empty()) {
      result = PQexec(handle_, sql.c_str());
    } else {
      auto [statement, fresh] = statements_.emplace(sql, std::to_string(statements_.size()));
      if (fresh) {
        const Result plan(PQprepare(handle_, statement->second.c_str(), sql.c_str(), count, nullptr));
        if (PQresultStatus(plan.handle) != PGRES_COMMAND_OK) {
          statements_.erase(statement);
          fail(plan.handle);
        }
      }
      result = PQexecPrepared(handle_, statement->second.c_str(), count, pointers.data(), nullptr, nullptr, 0);
    }
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      // A transaction that failed before ends with ROLLBACK, whatever was asked.
      if (sql == "COMMIT" && std::string_view(PQcmdStatus(result)) == "ROLLBACK") {
        PQclear(result);
        throw Error(ErrorCode::internal, "registry " + name_ + ": the transaction was taken back");
      }
      return result;
    }
    const Result failed(result);
    fail(failed.handle);
  }

  /// The end of a COPY.
  void finish() {
    while (PGresult* next = PQgetResult(handle_)) {
      const Result result(next);
      if (PQresultStatus(result.handle) != PGRES_COMMAND_OK) {
        const std::string state = field(result.handle, PG_DIAG_SQLSTATE), reason = reason_of(result.handle);
        while (PGresult* rest = PQgetResult(handle_)) PQclear(rest);
        fail_with(state, reason);
      }
    }
  }

  static std::string field(const PGresult* result, int code) {
    const char* value = result == nullptr ? nullptr : PQresultErrorField(result, code);
    return value == nullptr ? "" : value;
  }
  std::string reason_of(const PGresult* result) const {
    const std::string primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
    return one_line(primary.empty() ? PQerrorMessage(handle_) : primary);
  }
  [[noreturn]] void fail(const PGresult* result) const {
    fail_with(field(result, PG_DIAG_SQLSTATE), reason_of(result));
  }

  [[noreturn]] void fail_with(const std::string& state, const std::string& reason) const {
    const std::string where = "registry " + name_ + ", schema " + schema_ + ": ";
    if (PQstatus(handle_) != CONNECTION_OK)
      throw Error(ErrorCode::io, where + "the connection was lost (" + reason + "); repeat the command");
    if (state == "53100")
      throw Error(ErrorCode::io, where +
                                     "the disk of the server is full; what was being written was taken back. Free "
                                     "space and repeat the command");
    if (state == "42501")
      throw Error(ErrorCode::io, where + reason + "; ask the keeper of the database for the right to do so");
    if (state.starts_with("22")) throw Error(ErrorCode::domain, where + reason);
    throw Error(ErrorCode::internal, where + reason);
  }

  std::string name_;
  std::string schema_;
  PGconn* handle_ = nullptr;
  std::map<std::string, std::string> statements_;
};

}  // namespace

std::unique_ptr<Connection> open_postgres(const std::string& address, const std::string& schema) {
  return std::make_unique<PostgresConnection>(address, schema);
}

}  // namespace larc::store
