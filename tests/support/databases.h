#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "store/database.h"
#include "support/test_data.h"

namespace larc::test {

/// The same tests on both databases: each test gets an empty one. PostgreSQL is the server of LARC_TEST_POSTGRES, and a
/// schema of its own.
///   class Registry : public larc::test::OnBothDatabases {};
///   TEST_P(Registry, ...) {...}
///   LARC_ON_BOTH_DATABASES(Registry);
class OnBothDatabases : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "SQLite") {
      location_ = (folder_.path() / "registry.db").string();
      return;
    }
    const char* address = std::getenv("LARC_TEST_POSTGRES");
    if (address == nullptr || *address == '\0')
      GTEST_SKIP() << "not run on PostgreSQL: LARC_TEST_POSTGRES is not set (tools/postgres_for_tests starts a server)";
    static int tests = 0;
    location_ = address;
    schema_ = "larc_test_" + std::to_string(::getpid()) + "_" + std::to_string(++tests);
  }
  void TearDown() override {
    if (schema_.empty()) return;
    database_.reset();
    store::Database(location_, schema_).execute("DROP SCHEMA " + schema_ + " CASCADE");
  }
  bool postgres() const { return !schema_.empty(); }
  std::unique_ptr<store::Database> open() const { return std::make_unique<store::Database>(location_, schema_); }
  store::Database& database() {
    if (!database_) database_ = open();
    return *database_;
  }

  TemporaryFolder folder_;
  std::string location_, schema_;
  std::unique_ptr<store::Database> database_;
};

}  // namespace larc::test

#define LARC_ON_BOTH_DATABASES(suite)                                                 \
  INSTANTIATE_TEST_SUITE_P(Databases, suite, testing::Values("SQLite", "PostgreSQL"), \
                           [](const auto& instance) { return instance.param; })
