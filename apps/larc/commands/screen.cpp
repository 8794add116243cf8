#include "command.h"
#include "core/file.h"
#include "clinical/eligibility.h"

namespace larc::app {

void add_screen(CLI::App& app, Context& context) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("screen", "apply the eligibility criteria; writes reports/flow.json");
  command->add_option("STUDY", *folder, "folder of the study")->required();
  command->callback([folder, &context] {
    study::Study study(*folder);
    const auto screening = study::screen(study.file, study.registry.patients(), study.registry.values());
    std::size_t counts[3] = {0, 0, 0};
    Json patients = Json::array();
    for (const auto& [patient, state] : screening.of_patient) {
      static constexpr const char* kNames[] = {"eligible", "excluded", "unknown"};
      ++counts[static_cast<int>(state)];
      const auto by = screening.decided_by.find(patient);
      if (state != study::Eligibility::eligible)
        patients.push_back(
            {{"patient", patient}, {"state", kNames[static_cast<int>(state)]}, {"criterion", by->second}});
    }
    const Json document = {{"study", *folder},        {"patients", screening.of_patient.size()},
                           {"eligible", counts[0]},   {"excluded", counts[1]},
                           {"unknown", counts[2]},    {"criteria", criteria_json(screening)},
                           {"not_eligible", patients}};
    write_file_atomic(study.folder / "reports" / "flow.json", dump_json(document, 1) + "\n");
    context.answer(document, std::to_string(counts[0]) + " eligible, " + std::to_string(counts[1]) + " excluded, " +
                                 std::to_string(counts[2]) + " unknown.");
  });
}

}  // namespace larc::app
