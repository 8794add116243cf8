#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "core/json.h"
#include "study/study.h"

namespace larc::app {

/// Options every command has.
struct Context {
  bool json = false;
  bool quiet = false;
  int threads = 0;  // 0: all cores
  std::optional<std::uint64_t> seed;

  study::RunOptions run_options() const;
  /// The one document of the command on standard output with --json, otherwise `text`.
  void answer(const Json& document, const std::string& text) const;
  /// A line for people, on standard error; silent with --quiet.
  void say(const std::string& line) const;
};

/// Each command adds itself to the command line; its callback does the work.
using AddCommand = void (*)(CLI::App& app, Context& context);

void add_init(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_mapping(CLI::App& app, Context& context);
void add_screen(CLI::App& app, Context& context);
void add_show(CLI::App& app, Context& context);
void add_extract(CLI::App& app, Context& context);
void add_train(CLI::App& app, Context& context);
void add_validate(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_run(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_predict(CLI::App& app, Context& context);
void add_models(CLI::App& app, Context& context);
void add_radiomics(CLI::App& app, Context& context);
void add_stats(CLI::App& app, Context& context);
void add_crossval(CLI::App& app, Context& context);
void add_deidentify(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);

}  // namespace larc::app
