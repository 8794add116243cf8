#include <iostream>

#include "command.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/version.h"
#include "report/versions.h"

namespace larc::app {

study::RunOptions Context::run_options() const {
  return {threads > 0 ? threads : hardware_threads(), seed, [this](const std::string& line) { say(line); }};
}

void Context::answer(const Json& document, const std::string& text) const {
  if (json)
    std::cout << dump_json(document) << '\n';
  else if (!text.empty())
    std::cout << text << '\n';
}

void Context::say(const std::string& line) const {
  if (!quiet) std::cerr << line << '\n';
}

namespace {

std::string version_text() {
  const Json libraries = report::library_versions();
  std::string text = std::string("larc ") + version() + " (" + commit() + ")";
  for (const auto& [name, value] : libraries.items())
    text += "\n" + name + " " + (value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

int run(int argc, char** argv) {
  CLI::App app{
      "larc: locally advanced rectal cancer, from MRI and spreadsheets to a validated model.\nResearch use only."};
  app.name("larc");
  Context context;
  app.set_version_flag("--version", version_text);
  app.add_flag("--json", context.json, "print one JSON document on standard output");
  app.add_flag("--quiet", context.quiet, "no progress, no messages but errors");
  app.add_option("--threads", context.threads, "number of threads (default: all cores); results do not depend on it")
      ->check(CLI::Range(1, 1024));
  app.add_option("--seed", context.seed, "seed of everything random (default: the study file's)");
  app.require_subcommand(1);
  app.fallthrough();
  for (const AddCommand add : {add_init, add_import, add_decide, add_mapping, add_screen, add_extract, add_train,
                               add_validate, add_report, add_run, add_show, add_status, add_predict, add_models,
                               add_radiomics, add_stats, add_crossval, add_export, add_deidentify})
    add(app, context);
  app.parse_complete_callback([&] { Progress::set_enabled(!context.quiet); });
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::RequiredError& error) {
    const auto unknown = app.remaining();
    if (unknown.empty()) return app.exit(error), 2;
    std::cerr << "larc: '" << unknown.front() << "' is not a command; larc --help lists them\n";
    return 2;
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  } catch (const Error& error) {
    std::cerr << "larc: " << error.what() << '\n';
    return exit_code(error.code());
  } catch (const std::bad_alloc&) {
    std::cerr << "larc: not enough memory; use fewer threads or a machine with more memory\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "larc: internal error: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace

}  // namespace larc::app

int main(int argc, char** argv) {
  // Several threads each compute alone; libraries that would spin a pool of their own must not.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  setenv("OPENBLAS_NUM_THREADS", "1", 0);
  return larc::app::run(argc, argv);
}
