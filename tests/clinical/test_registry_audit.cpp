#include "clinical/registry_fixture.h"

namespace larc::clinical {
namespace {

/// A registry with every kind of row, in several changes.
class AuditTest : public RegistryTest {
 protected:
  void fill() {
    store_hash_ = store::ContentStore(folder_.path() / "store").put("voxels");
    for (int change = 0; change < 3; ++change)
      registry().change("import", {{"change", change}}, [&] {
        for (const std::string patient : {"P1", "P2"})
          registry().add_value(patient, "age", std::to_string(50 + change), "ages.csv", "h");
      });
    registry().add_image({"P2", "t2", store_hash_, "series 1", {{"vendor", "x"}}});
    registry().waive({"P1", "age", "reason", "", ""});
    registry().decide({"P1", "t2", "series", "1.2.3", "reason", "", ""});
    registry().add_prediction("P2", {{"model", "m"}, {"input_hash", "i"}});
    registry().note("screen", {{"eligible", 2}});
    ASSERT_TRUE(verify().faults.empty()) << dump_json(to_json(verify()), 1);
  }
  void expect_fault(const std::string& table, std::int64_t id, const std::string& patient, const std::string& source,
                    const std::string& what) {
    const auto faults = verify().faults;
    ASSERT_EQ(faults.size(), 1u) << dump_json(to_json(verify()), 1);
    EXPECT_EQ(faults[0].table, table);
    EXPECT_EQ(faults[0].id, id);
    EXPECT_EQ(faults[0].patient, patient);
    EXPECT_EQ(faults[0].source, source);
    EXPECT_NE(faults[0].what.find(what), std::string::npos) << faults[0].what;
  }
  std::string store_hash_;
};

TEST_P(AuditTest, IsUnbrokenAndCountsEverything) {
  fill();
  const auto report = verify();
  EXPECT_EQ(report.entries, 8u);
  EXPECT_EQ(report.rows, 2u + 3u + 6u + 1u + 1u + 1u + 1u);
  EXPECT_EQ(report.head.size(), 64u);
  const Json json = to_json(report);
  EXPECT_TRUE(json.at("unbroken").get<bool>());
}

TEST_P(AuditTest, AnImageIsRecordedAgainWhenItsBytesOrDetailsChange) {
  fill();
  const auto rows = [&] { return store::number(database().query("SELECT count(*) FROM image")[0][0]); };
  registry().add_image({"P2", "t2", store_hash_, "series 1", {{"vendor", "x"}}});
  EXPECT_EQ(rows(), 1);
  registry().add_image({"P2", "t2", store_hash_, "series 1", {{"vendor", "x"}, {"study_uid", "1.2"}}});
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(registry().images().at({"P2", "t2"}).details.at("study_uid"), "1.2");
}

TEST_P(AuditTest, NamesAnEditedRow) {
  fill();
  database().execute("UPDATE record SET content = '[{\"values\":{\"age\":\"99\"}}]' WHERE id = 3");
  expect_fault("record", 3, "P1", "ages.csv", "changed after it was written");
}

TEST_P(AuditTest, FindsAnEditInEveryColumnOfEveryTable) {
  fill();
  for (const auto& table : store::audited_tables())
    for (const auto& column : table.columns) {
      const std::string id = "1";
      const auto before = database().query("SELECT " + column + " FROM " + table.name + " WHERE id = " + id)[0][0];
      const bool number = std::holds_alternative<std::int64_t>(before);
      const std::string update = "UPDATE " + table.name + " SET " + column + " = $1 WHERE id = " + id;
      database().execute(update, {number ? store::Value(std::get<std::int64_t>(before) + 1)
                                         : store::Value(store::text(before) + " ")});
      EXPECT_FALSE(verify().faults.empty()) << table.name << "." << column;
      database().execute(update, {before});
      ASSERT_TRUE(verify().faults.empty()) << table.name << "." << column;
    }
}

TEST_P(AuditTest, FindsAFlippedByteInTheTrail) {
  fill();
  for (const std::string column : {"recorded_at", "recorded_by", "action", "detail", "added", "previous", "hash"}) {
    const auto before = store::text(database().query("SELECT " + column + " FROM audit WHERE id = 2")[0][0]);
    std::string flipped = before;
    flipped[flipped.size() / 2] ^= 1;
    database().execute("UPDATE audit SET " + column + " = $1 WHERE id = 2", {flipped});
    const auto faults = verify().faults;
    ASSERT_FALSE(faults.empty()) << column;
    EXPECT_EQ(faults[0].table, "audit");
    EXPECT_EQ(faults[0].id, 2) << column;
    database().execute("UPDATE audit SET " + column + " = $1 WHERE id = 2", {before});
    ASSERT_TRUE(verify().faults.empty()) << column;
  }
}

TEST_P(AuditTest, NamesMissingAndAddedRows) {
  fill();
  database().execute("DELETE FROM record WHERE id = 4");
  expect_fault("record", 4, "", "", "this row is missing");
}

TEST_P(AuditTest, NamesMissingAndAddedRowsOfSeveralChanges) {
  fill();
  database().execute("DELETE FROM record WHERE id >= 2");
  const auto faults = verify().faults;
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[0].what, "this row is missing");
  EXPECT_EQ(faults[1].what, "rows 3 to 4 are missing");
  EXPECT_EQ(faults[2].what, "rows 5 to 6 are missing");
}

TEST_P(AuditTest, NamesARowAddedPastTheTrail) {
  fill();
  database().execute(
      "INSERT INTO record (id, patient, source, source_row, content, digest) "
      "SELECT 7, patient, source, source_row, content, digest FROM record WHERE id = 6");
  expect_fault("record", 7, "P2", "ages.csv", "added past the audit trail");
}

TEST_P(AuditTest, FindsARowThatWasReplacedTogetherWithItsDigest) {
  fill();
  // A second registry makes the very row, with its right digest, in place of the true one.
  database().execute("DELETE FROM record WHERE id = 6");
  database().execute("DELETE FROM audit WHERE id > 3");
  Registry other(database(), "somebody", [this] { return now_; });
  other.add_value("P2", "age", "77", "ages.csv", "h");
  const auto faults = verify().faults;
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0].table, "record");
  EXPECT_EQ(faults[0].what, "rows 5 to 6 are not those that entry 3 of the audit trail recorded");
}

TEST_P(AuditTest, FindsADeletedEntry) {
  fill();
  database().execute("DELETE FROM audit WHERE id = 3");
  EXPECT_EQ(verify().faults.at(0).table, "audit");
  EXPECT_EQ(verify().faults.at(0).id, 3);
}

TEST_P(AuditTest, FindsAMissingObject) {
  fill();
  std::filesystem::remove_all(folder_.path() / "store");
  expect_fault("image", 1, "P2", "series 1", store_hash_);
}

TEST_P(AuditTest, ANoteWithinAChangeLeavesItsRowsToIt) {
  registry().change("import tables", {{"file", "a.csv"}}, [&] {
    registry().add_value("P1", "age", "61", "a.csv", "h");
    registry().replace_faults("a.csv", {{"fault", "P2", "age", {"x", "x"}, {"y", "y"}, "a.csv", 2}});
  });
  const auto entries = database().query("SELECT action, detail, added FROM audit ORDER BY id");
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(store::text(entries[0][0]), "faults of a source");
  EXPECT_EQ(store::text(entries[0][2]), "{}");
  EXPECT_EQ(store::text(entries[1][0]), "import tables");
  EXPECT_EQ(store::text(entries[1][1]), R"({"file":"a.csv"})");
  EXPECT_TRUE(parse_json(store::text(entries[1][2]), "added").contains("record"));
  EXPECT_TRUE(verify().faults.empty());
}

TEST_P(AuditTest, PatientsExpectedTogetherAreKnownAsIfOneByOne) {
  std::vector<std::string> patients;
  for (std::size_t p = 0; p < Registry::kExpectedAtOnce; ++p) patients.push_back("P" + std::to_string(p));
  const auto import = [&](const std::string& age) {
    registry().change("import", {}, [&] {
      for (int round = 0; round < 3; ++round) {
        registry().expect(patients);
        for (const auto& patient : patients) registry().add_value(patient, "age", age, "a.csv", age);
        // Others in between, so that the first are forgotten and read again.
        std::vector<std::string> others;
        for (std::size_t p = 0; p < Registry::kExpectedAtOnce; ++p)
          others.push_back("Q" + std::to_string(round) + "-" + std::to_string(p));
        registry().expect(others);
      }
    });
  };
  import("61");
  EXPECT_EQ(count("record"), static_cast<double>(patients.size()));
  EXPECT_EQ(count("patient"), 4.0 * static_cast<double>(patients.size()));
  import("61");
  EXPECT_EQ(count("record"), static_cast<double>(patients.size()));
  import("62");
  EXPECT_EQ(count("record"), 2.0 * static_cast<double>(patients.size()));
  EXPECT_TRUE(verify().faults.empty());
}

LARC_ON_BOTH_DATABASES(AuditTest);

}  // namespace
}  // namespace larc::clinical
