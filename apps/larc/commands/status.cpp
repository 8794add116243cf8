#include "command.h"
#include "core/error.h"
#include "study/run.h"

namespace larc::app {

namespace {

std::string described(const store::AuditFault& fault) {
  return fault.table + " " + std::to_string(fault.id) + (fault.patient.empty() ? "" : ", patient " + fault.patient) +
         (fault.source.empty() ? "" : ", from " + fault.source) + ": " + fault.what;
}

/// What the reading of the whole registry says, as an error where it is not as it was written.
void fail_if_broken(const store::AuditReport& report) {
  constexpr std::size_t kShown = 20;
  if (report.faults.empty()) return;
  std::string message = "the registry is not as larc wrote it, " + std::to_string(report.faults.size()) + " fault(s):";
  for (std::size_t i = 0; i < report.faults.size() && i < kShown; ++i) message += "\n  " + described(report.faults[i]);
  if (report.faults.size() > kShown)
    message += "\n  ... and " + std::to_string(report.faults.size() - kShown) + " more; --json lists them all";
  throw Error(ErrorCode::format, message + "\nrestore the registry from a copy, and find out who changed it");
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    bool verify = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("status", "what is done, failed and why, and what is next");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_flag("--verify", options->verify,
                    "read the whole registry and prove that nothing in it was changed, taken out or put in by hand");
  command->callback([options, &context] {
    const study::Study study(options->study, study::Access::read);
    Json document = study::status_document(study);
    std::string text = document["patients"].dump() + " patients";
    for (const auto& stage : document["stages"]) {
      text += "\n" + stage["stage"].get<std::string>() + ": " + stage["done"].dump() + " done, " +
              std::to_string(stage["failed"].size()) + " failed";
      for (const auto& failure : stage["failed"])
        text += "\n  " + failure["case"].get<std::string>() + ": " + failure["reason"].get<std::string>();
    }
    text += "\nnext: " + document["next"].get<std::string>();
    store::AuditReport report;
    if (options->verify) {
      report = study.registry.verify(study.content);
      document["audit"] = to_json(report);
      if (report.faults.empty())
        text += "\naudit trail: unbroken, " + std::to_string(report.entries) + " entries, " +
                std::to_string(report.rows) + " rows; head " + report.head;
    }
    context.answer(document, text);
    fail_if_broken(report);
  });
}

}  // namespace larc::app
