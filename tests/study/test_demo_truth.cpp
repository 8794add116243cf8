// Oracle: the generator's own truth. From the demonstration tables, import, screening and endpoints must give it
// exactly.
#include <gtest/gtest.h>

#include "clinical/checks.h"
#include "clinical/eligibility.h"
#include "clinical/endpoint.h"
#include "study/demo_study.h"
#include "study/import.h"
#include "study/truth.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

using clinical::OutcomeState;

void expect_truth(const std::string& scenario, int patients) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "study";
  DemoOptions options;
  options.patients = patients;
  options.scenario = scenario;
  options.images = false;
  init_demo(path, options);
  const Json truth = read_json(truth_path(path));

  Study study(path);
  import_paths(study, {path / "incoming"}, {}, {});
  const auto ids = study.registry.patients();
  const auto values = study.registry.values(study.file);
  ASSERT_EQ(ids.size(), static_cast<std::size_t>(patients));

  const auto screening = clinical::screen(study.file, ids, values);
  EXPECT_EQ(screening.count(clinical::Eligibility::eligible), truth["eligible"].get<std::size_t>());
  for (const auto& line : truth["eligibility"]) {
    const std::string patient = line["patient"];
    EXPECT_EQ(clinical::to_string(screening.of_patient.at(patient)), line["state"]) << patient;
    EXPECT_EQ(screening.patients.at(patient).decided_by, line.value("criterion", "")) << patient;
  }

  std::map<std::string, std::vector<std::string>> broken;
  for (const auto& line : truth["contradictions"]) broken[line["patient"]] = line["checks"];
  for (const auto& patient : ids) {
    std::vector<std::string> failed;
    for (const auto& check : clinical::failed_checks(study.file, values.at(patient))) failed.push_back(check.check->id);
    EXPECT_EQ(failed, broken[patient]) << patient;
  }

  std::size_t compared = 0, contradictory = 0;
  for (const auto& line : truth["endpoints_of_patients"]) {
    const std::string patient = line["patient"];
    ASSERT_EQ(line.size(), study.file.endpoints.size() + 1) << "an endpoint of the protocol has no truth";
    for (const auto& endpoint : study.file.endpoints) {
      const Json& wanted = line.at(endpoint.id);
      const auto where = patient + " " + endpoint.id;
      contradictory += wanted["state"] == "contradictory" ? 1 : 0;
      const auto outcome = clinical::derive_outcome(study.file, endpoint, values.at(patient));
      ASSERT_EQ(clinical::to_string(outcome.state), wanted["state"]) << where << " " << outcome.reason;
      ++compared;
      if (outcome.state != OutcomeState::known) continue;
      if (endpoint.type == clinical::EndpointType::binary) {
        EXPECT_EQ(outcome.label, wanted["label"].get<double>()) << where;
      } else if (endpoint.type == clinical::EndpointType::ordinal) {
        EXPECT_EQ(outcome.level, wanted["level"]) << where;
      } else {
        EXPECT_EQ(outcome.time_months, wanted["time_months"].get<double>()) << where;
        EXPECT_EQ(outcome.event, wanted["event"].get<int>()) << where;
      }
    }
  }
  EXPECT_EQ(compared, static_cast<std::size_t>(patients) * 13);
  EXPECT_EQ(contradictory > 0, patients >= 200);
}

TEST(DemoProtocol, WithoutImagesNothingIsExtractedAndModelsAreClinical) {
  DemoOptions options;
  const StudyFile with = parse_study_file(demo_protocol(options), "s");
  EXPECT_EQ(with.extraction.size(), 1u);
  EXPECT_TRUE(with.crop.has_value());
  for (const int patients : {24, kMostPatientsWithImages + 1}) {
    options.patients = patients;
    options.images = patients == 24 ? std::optional(false) : std::nullopt;
    const StudyFile without = parse_study_file(demo_protocol(options), "s");
    EXPECT_TRUE(without.extraction.empty());
    EXPECT_FALSE(without.crop.has_value());
    EXPECT_EQ(without.kinds, std::vector<std::string>{"clinical"});
    EXPECT_EQ(without.eligibility.size(), with.eligibility.size());
    EXPECT_EQ(without.endpoints.size(), with.endpoints.size());
  }
}

TEST(DemoTruth, import_screening_and_endpoints_give_the_generators_truth) {
  expect_truth("signal", 600);
  expect_truth("centre", 60);
}

}  // namespace
}  // namespace larc::study
