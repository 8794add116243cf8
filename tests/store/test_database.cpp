#include "core/error.h"
#include "core/file.h"
#include "store/database.h"
#include "store/migrations.h"
#include "support/databases.h"

namespace larc::store {
namespace {

class DatabaseTest : public test::OnBothDatabases {
 protected:
  void add(const std::string& id) {
    database().insert("patient", {"id", "patient", "recorded_at", "digest"},
                      {{std::int64_t{1}, id, std::string("t"), std::string("d")}});
  }
};

TEST_P(DatabaseTest, KeepsValuesExactlyAndNulls) {
  const std::string strange = "姓名 \\ \\n 'a' \"b\"\ttab\nline\rend";
  database().execute("CREATE TABLE sample (name TEXT, whole INTEGER, part DOUBLE PRECISION, absent TEXT)");
  database().execute("INSERT INTO sample (part, name, whole, absent) VALUES ($3, $1, $2, $4)",
                     {strange, std::int64_t{-7}, 0.1, nullptr});
  database().insert(
      "sample", {"name", "whole", "part", "absent"},
      {{strange, std::int64_t{1} << 30, 1e-300, nullptr}, {std::string(), std::int64_t{0}, 0.0, nullptr}});
  const auto rows = database().query("SELECT name, whole, part, absent FROM sample ORDER BY whole");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(text(rows[0][0]), strange);
  EXPECT_EQ(std::get<std::int64_t>(rows[0][1]), -7);
  EXPECT_EQ(std::get<double>(rows[0][2]), 0.1);
  EXPECT_TRUE(std::holds_alternative<std::nullptr_t>(rows[0][3]));
  EXPECT_EQ(text(rows[1][0]), "");
  EXPECT_FALSE(std::holds_alternative<std::nullptr_t>(rows[1][0]));
  EXPECT_EQ(text(rows[2][0]), strange);
  EXPECT_EQ(std::get<double>(rows[2][2]), 1e-300);
}

TEST_P(DatabaseTest, ReadsRowByRowWhatItReadsAtOnce) {
  const std::string strange = "姓名 \\ \\N \\t \ttab\nline";
  database().execute("CREATE TABLE sample (name TEXT, whole INTEGER)");
  database().insert("sample", {"name", "whole"}, {{strange, std::int64_t{1}}, {nullptr, std::int64_t{2}}});
  for (const Row& values : {Row{}, Row{std::int64_t{0}}}) {
    std::vector<std::string> read;
    database().each(
        std::string("SELECT name, whole FROM sample") + (values.empty() ? "" : " WHERE whole > $1") + " ORDER BY whole",
        values, [&](auto cells) { read.insert(read.end(), cells.begin(), cells.end()); });
    EXPECT_EQ(read, (std::vector<std::string>{strange, "1", "", "2"}));
  }
}

TEST_P(DatabaseTest, GoesOnAfterAReaderThatThrows) {
  database().execute("CREATE TABLE sample (whole INTEGER)");
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 1000; ++i) rows.push_back({i});
  database().insert("sample", {"whole"}, rows);
  EXPECT_THROW(database().each("SELECT whole FROM sample", {}, [](auto) { throw Error(ErrorCode::domain, "no"); }),
               Error);
  EXPECT_EQ(number(database().query("SELECT COUNT(*) FROM sample")[0][0]), 1000);
}

TEST_P(DatabaseTest, RollsBackWhenTheWorkThrows) {
  EXPECT_THROW(database().transaction([&] {
    database().transaction([&] { add("P1"); });
    throw Error(ErrorCode::domain, "no");
  }),
               Error);
  EXPECT_TRUE(database().query("SELECT id FROM patient").empty());
  add("P1");
  EXPECT_THROW(database().transaction([&] { add("P1"); }), Error);
  EXPECT_EQ(database().query("SELECT id FROM patient").size(), 1u);
}

TEST_P(DatabaseTest, IsTheSameAfterOpeningAgainAndFromASecondConnection) {
  add("P1");
  const auto second = open();
  EXPECT_EQ(text(second->query("SELECT patient FROM patient")[0][0]), "P1");
  database_.reset();
  EXPECT_EQ(database().query("SELECT name FROM migration").size(), migrations().size());
}

TEST_P(DatabaseTest, RefusesARegistryOfANewerVersion) {
  database().execute("INSERT INTO migration (name) VALUES ('9999_future')");
  EXPECT_THROW(open(), Error);
  database().execute("DELETE FROM migration WHERE name = '9999_future'");
  EXPECT_NO_THROW(open());
}

TEST_P(DatabaseTest, NamesABrokenStatement) {
  EXPECT_THROW(database().query("SELECT nothing FROM nowhere"), Error);
  EXPECT_THROW(database().query("SELECT nothing FROM nowhere WHERE a = $1", {std::string("x")}), Error);
  EXPECT_THROW(database().insert("nowhere", {"a"}, {{std::string("x")}}), Error);
  EXPECT_NO_THROW(add("P1"));
}

TEST_P(DatabaseTest, ASnapshotIsOfOneMoment) {
  add("P1");
  const auto reader = open();
  const auto patients = [&] { return number(reader->query("SELECT COUNT(*) FROM patient")[0][0]); };
  reader->snapshot([&] {
    EXPECT_EQ(patients(), 1);
    database().execute("INSERT INTO patient (id, patient, recorded_at, digest) VALUES (2, 'P2', 't', 'd')");
    EXPECT_EQ(patients(), 1);
  });
  EXPECT_EQ(patients(), 2);
}

LARC_ON_BOTH_DATABASES(DatabaseTest);

TEST(Database, OthersMayNotReadItsFiles) {
  const test::TemporaryFolder folder;
  Database database(folder.path() / "registry.db");
  database.execute("INSERT INTO patient (id, patient, recorded_at, digest) VALUES (1, 'P1', 't', 'd')");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.status().permissions() & (std::filesystem::perms::others_all | std::filesystem::perms::group_write),
              std::filesystem::perms::none)
        << entry.path();
    ++files;
  }
  EXPECT_GE(files, 2u) << "the log beside the database was not looked at";
}

TEST(Database, InMemoryLeavesNothingOnDisk) {
  Database database(kInMemory);
  EXPECT_EQ(database.query("SELECT name FROM migration").size(), migrations().size());
  EXPECT_FALSE(std::filesystem::exists(kInMemory));
}

TEST(Database, RefusesAFileThatIsNoRegistry) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "registry.db", "this is not a database, it is a text that is long enough");
  EXPECT_THROW(Database(folder.path() / "registry.db"), Error);
}

TEST(Database, TakesBackWhatAFullDiskInterrupts) {
  const test::TemporaryFolder folder;
  Database database(folder.path() / "registry.db");
  const auto pages = number(database.query("PRAGMA page_count")[0][0]);
  database.query("PRAGMA max_page_count = " + std::to_string(static_cast<int>(pages) + 20));
  std::vector<Row> rows;
  for (std::int64_t i = 1; i <= 1000; ++i)
    rows.push_back({i, "P" + std::to_string(i), std::string(200, 'x'), std::string("d")});
  const std::vector<std::string> columns{"id", "patient", "recorded_at", "digest"};
  try {
    database.transaction([&] { database.insert("patient", columns, rows); });
    FAIL() << "the disk was not full";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_NE(std::string(error.what()).find("disk is full"), std::string::npos);
  }
  EXPECT_EQ(number(database.query("SELECT COUNT(*) FROM patient")[0][0]), 0);
  EXPECT_EQ(text(database.query("PRAGMA integrity_check")[0][0]), "ok");
  database.query("PRAGMA max_page_count = 100000");
  database.transaction([&] { database.insert("patient", columns, rows); });
  EXPECT_EQ(number(database.query("SELECT COUNT(*) FROM patient")[0][0]), 1000);
}

TEST(Database, SaysWhichServerDoesNotAnswerAndKeepsThePasswordToItself) {
  try {
    Database("postgresql://someone:secret@127.0.0.1:1/studies", "s");
    FAIL() << "a server answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_ready);
    const std::string message = error.what();
    EXPECT_NE(message.find("postgresql://someone@127.0.0.1:1/studies"), std::string::npos) << message;
    EXPECT_EQ(message.find("secret"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  try {
    Database("postgresql://someone:secret@[", "s");
    FAIL() << "the address was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::format);
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace larc::store
