#include "command.h"
#include "core/file.h"
#include "study/demo_study.h"
#include "study/protocols.h"
#include "study/study.h"

namespace larc::app {

void add_init(CLI::App& app, Context& context) {
  struct Options {
    std::string study;
    std::string protocol;
    bool demo = false;
    bool images = false;
    bool no_images = false;
    study::DemoOptions cohort;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("init", "make a new study folder");
  command->add_option("STUDY", options->study, "folder of the study")->required();
  command->add_option("--protocol", options->protocol, "study.yaml to start from (default: rectal cancer)");
  auto* demo = command->add_flag("--demo", options->demo, "a synthetic cohort as DICOM and CSV in STUDY/incoming");
  command
      ->add_option("--demo-patients", options->cohort.patients,
                   "screened patients of the synthetic cohort (default 240, of whom 186 are eligible)")
      ->needs(demo)
      ->check(CLI::Range(10, 100000));
  command->add_option("--demo-scenario", options->cohort.scenario, "signal, null, leak or centre")
      ->needs(demo)
      ->check(CLI::IsMember({"signal", "null", "leak", "centre"}));
  command
      ->add_option("--demo-disk", options->cohort.disk,
                   "tidy: a folder for each series; raw: as hospitals export it, with everything that goes wrong")
      ->needs(demo)
      ->check(CLI::IsMember({"tidy", "raw"}));
  auto* images = command->add_flag("--demo-images", options->images, "write images also of more than 1000 patients");
  auto* no_images = command->add_flag("--no-demo-images", options->no_images, "write tables only");
  images->needs(demo)->excludes(no_images);
  no_images->needs(demo);
  command->callback([options, &context] {
    options->cohort.seed = context.seed.value_or(1);
    options->cohort.threads = context.run_options().threads;
    if (options->images || options->no_images) options->cohort.images = options->images;
    if (options->demo)
      study::init_demo(options->study, options->cohort);
    else
      study::init_study(options->study,
                        options->protocol.empty() ? study::rectal_protocol() : read_file(options->protocol));
    Json document = {{"study", options->study}, {"protocol", options->study + "/study.yaml"}};
    if (options->demo)
      document["demo"] = {{"patients", options->cohort.patients},
                          {"scenario", options->cohort.scenario},
                          {"seed", options->cohort.seed},
                          {"disk", options->cohort.disk},
                          {"images", study::demo_with_images(options->cohort)}};
    context.answer(document,
                   "Study made in " + options->study + ". Next: " +
                       (options->demo ? "larc run " + options->study
                                      : "look at study.yaml, then larc import " + options->study + " FOLDER"));
  });
}

}  // namespace larc::app
