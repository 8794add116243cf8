#include <sys/resource.h>

#include <chrono>

#include "core/file.h"
#include "support/test_data.h"
#include "table_support.h"

namespace larc::clinical {
namespace {

// 20,000 patients of 80 columns, read, checked and handed over one by one.
TEST(TableSize, SlowTwentyThousandPatientsOfEightyColumns) {
  std::string yaml = "table: {patient: id}\nvariables:\n";
  std::string text = "id";
  for (int v = 0; v < 79; ++v) {
    static const char* const kTypes[] = {"{type: number, unit: g/L, range: [0, 1000]}",
                                         "{type: category, codes: [T1, T2, T3a]}", "{type: date}", "{type: number}"};
    yaml += "  a_variable_" + std::to_string(v) + ": " + kTypes[v % 4] + "\n";
    text += ",a_variable_" + std::to_string(v);
  }
  yaml += "endpoints: {e: {type: binary, positive: a_variable_0 > 1}}\n";
  for (int p = 0; p < 20'000; ++p) {
    text += "\np" + std::to_string(p);
    for (int v = 0; v < 79; ++v) {
      static const char* const kCells[] = {"123.4", "T3a", "2020-03-05", ""};
      text += std::string(",") + kCells[(v + (p % 7 == 0 ? 4 : 0)) % 4];
    }
  }
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "big.csv", text);
  std::string().swap(text);
  const Json document = parse_yaml(yaml, "study.yaml");
  Section root(document, "");
  Rules rules;
  parse_rules(root, rules);

  std::size_t records = 0, values = 0;
  TableOptions options;
  options.take = [&](SourceRecord&& record, const std::string&) {
    ++records;
    values += record.observations.size();
  };
  const auto begin = std::chrono::steady_clock::now();
  read_clinical_table(rules, folder.path() / "big.csv", options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  RecordProperty("seconds", std::to_string(seconds));
  RecordProperty("peak_kib", std::to_string(usage.ru_maxrss));
  EXPECT_EQ(records, 20'000u);
  EXPECT_EQ(values, 20'000u * 79);
  EXPECT_LT(seconds, 30);  // a busy machine, sanitizers
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(usage.ru_maxrss, 300 * 1024);
#endif
}

}  // namespace
}  // namespace larc::clinical
