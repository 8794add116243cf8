#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "store/database.h"

namespace larc::store {

/// A table whose rows are only added. Columns without id and digest.
struct AuditedTable {
  std::string name;
  std::vector<std::string> columns;
};
const std::vector<AuditedTable>& audited_tables();

/// A row that is not as it was written, or an entry of the trail that is not.
struct AuditFault {
  std::string table;
  std::int64_t id = 0;
  std::string patient;  // pseudonym; empty: of no patient
  std::string source;   // name of the file a row came from; empty: unknown
  std::string what;
};

struct AuditReport {
  std::size_t entries = 0;
  std::size_t rows = 0;
  std::string head;  // hash of the last entry: kept elsewhere, it proves that no entry was cut off at the end
  std::vector<AuditFault> faults;
};
Json to_json(const AuditReport& report);

/// The only way to add rows to the audited tables. Each change is one transaction and appends one entry to the trail:
/// when, who, what, the ids of the rows it added and a SHA-256 over them, and the hash of the entry before.
class AuditTrail {
 public:
  /// who   changes the registry
  /// now   gives the time in UTC
  AuditTrail(Database& database, std::string who, std::function<std::string()> now)
      : by(std::move(who)), clock(std::move(now)), database_(database) {}

  /// Runs `work` in a transaction; an entry is written if it added rows. Within another change it is a part of that
  /// one, whose entry covers its rows.
  /// detail   of the entry; `work` may still fill it
  /// noted    an entry is written even without rows; within another change one of its own, without rows
  void change(const std::string& action, const Json& detail, const std::function<void()>& work, bool noted = false);
  /// Id of the row, which follows that of the newest one. Rows are kept back until `flush` or the end of the change.
  std::int64_t add(const std::string& table, Row values);
  /// Makes the added rows readable for the rest of the change.
  void flush();
  /// Within `work`: whether it is a part of another change.
  bool nested() const { return depth_ > 1; }

  /// Reads every audited row and the whole trail, as they are at one moment.
  AuditReport verify() const;

  const std::string by;
  const std::function<std::string()> clock;

 private:
  struct Added {
    std::int64_t first = 0;
    std::int64_t next = 0;
    std::string chain;      // SHA-256 over the digests so far
    std::vector<Row> rows;  // not yet written
  };
  void append_entry(const std::string& action, const Json& detail, const std::map<std::string, Added>& added);
  void write(const AuditedTable& table, Added& added);

  Database& database_;
  int depth_ = 0;
  std::map<std::string, Added> added_;
};

}  // namespace larc::store
