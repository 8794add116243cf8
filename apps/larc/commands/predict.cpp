#include "study/predict.h"

#include "command.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "study/train.h"

namespace larc::app {

namespace {

/// The newest model of the primary endpoint, the most complete kind first.
std::string default_model(const study::Study& study) {
  const auto endpoints = study.file.modelled_endpoints();
  if (endpoints.empty())
    throw Error(ErrorCode::not_ready,
                "the study has no endpoint of which models are fitted; add a binary, survival or competing one to "
                "study.yaml");
  const study::Endpoint* endpoint = endpoints.front();
  for (const auto* candidate : endpoints)
    if (candidate->primary) endpoint = candidate;
  for (const char* kind : {"combined", "radiomics", "deep", "clinical"}) {
    const Json id = study::trained_model_id(study, *endpoint, kind);
    if (!id.is_null()) return id;
  }
  throw Error(ErrorCode::not_ready,
              "no model of '" + endpoint->id + "' is trained; run 'larc train " + study.folder.string() + "' first");
}

}  // namespace

void add_predict(CLI::App& app, Context& context) {
  struct Options {
    std::string study, patient, model, bundle, clinical;
    std::vector<std::string> images, masks;
    study::PredictOptions how;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("predict", "the prediction of a locked model for one patient (research use only)");
  command->add_option("STUDY", options->study, "folder of the study; the prediction is recorded there");
  command->add_option("--patient", options->patient, "patient of the study, or row of the clinical table");
  command->add_option("--model", options->model, "model id (default: primary endpoint, most complete kind)");
  command->add_option("--bundle", options->bundle, "model file, without a study");
  command->add_option("--image", options->images, "image file, or ROLE=FILE where the model needs several; repeatable")
      ->allow_extra_args(false);
  command->add_option("--mask", options->masks, "mask file on the grid of the image, or ROLE=FILE; repeatable")
      ->allow_extra_args(false);
  command->add_option("--clinical", options->clinical, "clinical table (CSV)");
  command->add_option("--explain", options->how.explain,
                      "folder for maps of what the network looked at: NIfTI, pictures, explanation.json");
  command->add_flag("--despite-unusual", options->how.despite_unusual,
                    "predict although an image is unlike those of the training");
  command->callback([options, &context] {
    if (options->study.empty() == options->bundle.empty())
      throw Error(ErrorCode::usage, "give either STUDY with --patient, or --bundle with --image, --mask, --clinical");
    Json prediction;
    if (!options->bundle.empty()) {
      const std::string bytes = read_file(options->bundle);
      const study::Bundle bundle = study::decode_bundle(bytes, options->bundle);
      prediction = study::predict_patient(
          bundle, study::bundle_id(bundle.endpoint, bundle.model.kind, bytes),
          study::read_patient(bundle, options->images, options->masks, options->clinical, options->patient),
          options->how);
    } else {
      if (options->patient.empty()) throw Error(ErrorCode::usage, "--patient is missing");
      study::Study study(options->study);
      const std::string id = options->model.empty() ? default_model(study) : options->model;
      const auto path = study.folder / "models" / (id + ".larc");
      if (!std::filesystem::exists(path))
        throw Error(ErrorCode::not_found, "model '" + id + "' is not in " + (study.folder / "models").string() +
                                              "; see larc models " + options->study);
      const std::string bytes = read_file(path);
      const study::Bundle bundle = study::decode_bundle(bytes, path.filename().string());
      if (study::bundle_id(bundle.endpoint, bundle.model.kind, bytes) != id)
        throw Error(ErrorCode::refused, "model '" + id + "' was changed after it was written; train it again");
      prediction =
          study::predict_patient(bundle, id, study::load_patient(study, options->patient, bundle), options->how);
      study::record_prediction(study, options->patient, prediction);
    }
    std::string text = prediction["label"]["en"].get<std::string>() + ": ";
    if (!prediction["abstains"].is_null())
      text += "no prediction: " + prediction["abstains"].get<std::string>();
    else if (prediction.contains("probability"))
      text += "probability " + format_fixed(prediction["probability"].get<double>(), 3);
    else
      for (const auto& point : prediction["survival"])
        text += "survival at " + format_fixed(point["months"].get<double>(), 0) + " months " +
                format_fixed(point["survival"].get<double>(), 3) + "; ";
    if (!prediction["risk_group"].is_null()) text += " (" + prediction["risk_group"].get<std::string>() + " group)";
    text +=
        "\nmodel " + prediction["model"].get<std::string>() + "\n" + prediction["research_use_only"].get<std::string>();
    context.answer(prediction, text);
  });
}

}  // namespace larc::app
