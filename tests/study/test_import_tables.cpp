#include <gtest/gtest.h>

#include <cstdlib>

#include "core/error.h"
#include "core/file.h"
#include "study/delivered_table.h"
#include "study/flow.h"
#include "study/import.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: small
table: {patient: patient_id, on_fault: drop_value}
variables:
  age: {type: number, range: [18, 100], available_from: P0}
  length: {type: number, readers: true, available_from: P0}
  outcome: {type: number, available_from: LABEL}
checks:
  short: {holds: length < 50, text: too long}
endpoints:
  y: {type: binary, positive: outcome == 1}
models: {kinds: [clinical], clinical_predictors: [age]}
)";

class ImportTables : public testing::Test {
 protected:
  ImportTables() { init_study(folder_.path() / "s", kProtocol); }
  std::filesystem::path put(const std::string& name, const std::string& text) const {
    write_file_atomic(folder_.path() / name, text);
    return folder_.path() / name;
  }
  std::vector<std::string> sources_of_faults(const Study& study) const {
    std::vector<std::string> sources;
    for (const auto& fault : study.registry.faults()) sources.push_back(fault.source + ":" + fault.patient);
    return sources;
  }
  test::TemporaryFolder folder_;
};

TEST_F(ImportTables, TablesOfOneNameInTwoFoldersAreTwo) {
  put("in/a/clin.csv", "patient_id,age\np1,7\n");
  put("in/b/clin.csv", "patient_id,age\np2,8\n");
  Study study(folder_.path() / "s");
  import_paths(study, {folder_.path() / "in"}, {}, {});
  EXPECT_EQ(sources_of_faults(study), (std::vector<std::string>{"a/clin.csv:p1", "b/clin.csv:p2"}));
  put("in/a/clin.csv", "patient_id,age\np1,70\n");
  import_paths(study, {folder_.path() / "in"}, {}, {});
  EXPECT_EQ(sources_of_faults(study), std::vector<std::string>{"b/clin.csv:p2"});
  // Named each by its own folder.
  import_paths(study, {folder_.path() / "in" / "a", folder_.path() / "in" / "b"}, {}, {});
  EXPECT_EQ(sources_of_faults(study), std::vector<std::string>{"b/clin.csv:p2"});
  EXPECT_TRUE(study.registry.verify(study.content).faults.empty());
}

TEST_F(ImportTables, TheImportHasItsEntryOfTheTrailBesideThatOfItsFaults) {
  Study study(folder_.path() / "s");
  import_paths(study, {put("clin.csv", "patient_id,age\np1,7\np2,60\n")}, {}, {});
  std::vector<std::string> actions;
  for (const auto& row : study.database.query("SELECT action FROM audit ORDER BY id"))
    actions.push_back(store::text(row[0]));
  EXPECT_EQ(actions, (std::vector<std::string>{"faults of a source", "import tables"}));
}

TEST(DeliveredTable, NamesAreAsLongAsTheyNeedToBe) {
  std::vector<DeliveredTable> tables{
      {"/d/x/2023/clin.csv", ""}, {"/d/y/2023/clin.csv", ""}, {"/d/y/2023/labs.csv", ""}};
  name_tables(tables, {"/d/x/2023", "/d/y/2023"});
  EXPECT_EQ(tables[0].name, "x/2023/clin.csv");
  EXPECT_EQ(tables[1].name, "y/2023/clin.csv");
  EXPECT_EQ(tables[2].name, "labs.csv");
  name_tables(tables, {"/d"});
  EXPECT_EQ(tables[2].name, "y/2023/labs.csv");
}

TEST_F(ImportTables, AQueryNamesTheRowItsValueCameFrom) {
  Study study(folder_.path() / "s");
  import_paths(study, {put("consensus.csv", "patient_id,length\np0,\np1,60\n")}, {}, {});
  import_paths(study, {put("readers.csv", "patient_id,length__r1\np1,40\n")}, {}, {});
  bool found = false;
  for (const auto& query : flow_of(Snapshot(study)).queries)
    if (query.kind == "check" && query.patient == "p1") {
      found = true;
      EXPECT_EQ(query.source, "consensus.csv");
      EXPECT_EQ(query.row, 2u);
    }
  EXPECT_TRUE(found);
}

TEST_F(ImportTables, ADatabaseInTheEnvironmentIsAServer) {
  ::setenv("LARC_DATABASE", "u:secret@db.hospital.org/studies", 1);
  try {
    const Study study(folder_.path() / "s");
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::format);
    const std::string message = error.what();
    EXPECT_NE(message.find("LARC_DATABASE"), std::string::npos) << message;
    EXPECT_EQ(message.find("secret"), std::string::npos) << message;
  }
  ::unsetenv("LARC_DATABASE");
  EXPECT_FALSE(std::filesystem::exists("u:secret@db.hospital.org"));
}

}  // namespace
}  // namespace larc::study
