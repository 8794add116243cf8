#pragma once
#include "store/database.h"

namespace larc::store {

/// What a kind of database must be able to do; Database adds turns, transactions and migrations. Every function
/// translates the errors of its library.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual std::vector<Row> query(const std::string& sql, const Row& values) = 0;
  virtual void each(const std::string& sql, const Row& values, const ReadRow& read) = 0;
  virtual void insert(const std::string& table, const std::vector<std::string>& columns,
                      const std::vector<Row>& rows) = 0;
  virtual void begin() = 0;
  /// A transaction that only reads, and reads one state of the database whatever others write meanwhile.
  virtual void begin_snapshot() = 0;
  /// Never throws: the server or the library may have ended the transaction already.
  virtual void roll_back() noexcept = 0;
  /// Statements as they stand in migrations/*.sql, in the words of this database.
  virtual std::string adapted(const std::string& sql) const = 0;
  /// Keeps others from migrating until the transaction ends.
  virtual void lock_for_migration() = 0;
  virtual void lock_for_writing() = 0;
  /// For messages; without a password.
  virtual std::string name() const = 0;
};

std::unique_ptr<Connection> open_sqlite(const std::string& file);
std::unique_ptr<Connection> open_postgres(const std::string& address, const std::string& schema);

}  // namespace larc::store
