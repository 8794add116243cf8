#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "store/content_store.h"
#include "store/database.h"
#include "store/ledger.h"
#include "support/test_data.h"

namespace larc::store {
namespace {

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
