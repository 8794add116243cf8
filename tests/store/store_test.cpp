#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "store/content_store.h"
#include "store/database.h"
#include "store/ledger.h"
#include "support/test_data.h"

namespace larc::store {
namespace {

TEST(Database, KeepsValuesExactlyAndNulls) {
  const test::TemporaryFolder folder;
  Database database(folder.path() / "registry.db");
  database.execute("INSERT INTO patient (id, recorded_at) VALUES ($1, $2)", {std::string("P1"), std::string("t")});
  database.execute(
      "INSERT INTO observation (patient, variable, value, recorded_at, source, source_hash) "
      "VALUES ($1, $2, $3, 't', 's', 'h')",
      {std::string("P1"), std::string("姓名"), nullptr});
  const auto rows = database.query("SELECT variable, value, MAX(id) FROM observation");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(text(rows[0][0]), "姓名");
  EXPECT_TRUE(std::holds_alternative<std::nullptr_t>(rows[0][1]));
  EXPECT_EQ(number(rows[0][2]), 1);
}

TEST(Database, RollsBackWhenTheWorkThrows) {
  const test::TemporaryFolder folder;
  Database database(folder.path() / "registry.db");
  EXPECT_THROW(database.transaction([&] {
    database.execute("INSERT INTO patient (id, recorded_at) VALUES ('P1', 't')");
    throw Error(ErrorCode::domain, "no");
  }),
               Error);
  EXPECT_TRUE(database.query("SELECT id FROM patient").empty());
}

TEST(Database, RefusesAFileThatIsNoRegistry) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "registry.db", "this is not a database, it is a text that is long enough");
  EXPECT_THROW(Database(folder.path() / "registry.db"), Error);
}

TEST(Database, RefusesARegistryOfANewerVersion) {
  const test::TemporaryFolder folder;
  { Database(folder.path() / "registry.db").execute("INSERT INTO migration (name) VALUES ('9999_future')"); }
  EXPECT_THROW(Database(folder.path() / "registry.db"), Error);
}

TEST(ContentStore, FindsAChangedObject) {
  const test::TemporaryFolder folder;
  const ContentStore store(folder.path());
  const std::string hash = store.put("voxels");
  EXPECT_EQ(store.get(hash), "voxels");
  write_file_atomic(folder.path() / hash.substr(0, 2) / hash.substr(2), "Voxels");
  EXPECT_THROW(store.get(hash), Error);
  EXPECT_THROW(store.get(std::string(64, '0')), Error);
}

TEST(Ledger, KeepsTheLastEndOfACase) {
  const test::TemporaryFolder folder;
  Database database(folder.path() / "registry.db");
  Ledger ledger(database);
  ledger.record({"extract", "P1", "a", false, "mask is empty", "", 0.5});
  ledger.record({"extract", "P1", "b", true, "", "hash", 0.1});
  const auto job = ledger.find("extract", "P1");
  ASSERT_TRUE(job.has_value());
  EXPECT_TRUE(job->done);
  EXPECT_EQ(job->input_hash, "b");
  EXPECT_EQ(job->seconds, 0.1);
  EXPECT_EQ(ledger.stage("extract").size(), 1u);
  ledger.forget("extract", "P1");
  EXPECT_FALSE(ledger.find("extract", "P1").has_value());
}

}  // namespace
}  // namespace larc::store
