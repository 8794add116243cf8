#include "study/bundle.h"

#include "core/error.h"
#include "core/hash.h"
#include "nn/safetensors.h"

namespace larc::study {

namespace {

constexpr const char* kFormat = "larc.bundle/4";
constexpr const char* kKey = "larc";

}  // namespace

std::string encode_bundle(const FittedModel& model, const StudyFile& file, const Endpoint& endpoint, const Json& card) {
  Json document = {{"format", kFormat},
                   {"card", card},
                   {"endpoint", endpoint.id},
                   {"kind", model.kind},
                   {"protocol", file.document},
                   {"median_linear", model.median_linear},
                   {"baseline", {{"time", model.baseline.time}, {"cumulative", model.baseline.cumulative}}}};
  std::vector<nn::Tensor> tensors;
  std::map<std::string, std::string> metadata;
  if (!model.deep.weights.empty()) {
    document["network"] = {{"architecture", model.deep.architecture},
                           {"task", model.deep.task},
                           {"slope", model.deep.slope},
                           {"intercept", model.deep.intercept},
                           {"without_image", model.deep.without_image}};
    nn::TensorFile weights = nn::read_safetensors(model.deep.weights);
    document["weights_metadata"] = weights.metadata;
    tensors = std::move(weights.tensors);
  }
  if (model.kind != "deep") document["model"] = learn::to_json(model.tabular);
  metadata[kKey] = dump_json(document);
  return nn::write_safetensors(tensors, metadata);
}

Bundle decode_bundle(const std::string& bytes, const std::string& name) {
  return in_context(name, [&] {
    nn::TensorFile content = nn::read_safetensors(bytes);
    const auto found = content.metadata.find(kKey);
    if (found == content.metadata.end())
      throw Error(ErrorCode::format, "this is no larc bundle: it has tensors, but no model description");
    const Json document = parse_json(found->second, "model description");
    if (document.value("format", "") != kFormat)
      throw Error(ErrorCode::unsupported, "the bundle has the format '" + document.value("format", "") +
                                              "', this larc reads " + kFormat + "; use the larc that wrote it");
    try {
      Bundle bundle;
      bundle.card = document.at("card");
      bundle.file = study_file_of(document.at("protocol"), "protocol of the bundle");
      bundle.endpoint = bundle.file.endpoint(document.at("endpoint").get<std::string>());
      bundle.model.kind = document.at("kind").get<std::string>();
      bundle.model.type = bundle.endpoint.type;
      bundle.model.median_linear = document.at("median_linear").get<double>();
      bundle.model.baseline.time = document.at("baseline").at("time").get<std::vector<double>>();
      bundle.model.baseline.cumulative = document.at("baseline").at("cumulative").get<std::vector<double>>();
      if (document.contains("network")) {
        DeepModel& deep = bundle.model.deep;
        const Json& network = document["network"];
        deep.architecture = network.at("architecture");
        deep.task = network.at("task").get<std::string>();
        deep.slope = network.at("slope").get<double>();
        deep.intercept = network.at("intercept").get<double>();
        deep.without_image = network.at("without_image").get<double>();
        deep.weights = nn::write_safetensors(content.tensors,
                                             document.at("weights_metadata").get<std::map<std::string, std::string>>());
      }
      if (bundle.model.kind != "deep") bundle.model.tabular = learn::model_from_json(document.at("model"));
      return bundle;
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorCode::format, std::string("the model description is damaged: ") + error.what());
    }
  });
}

std::string bundle_id(const Endpoint& endpoint, const std::string& kind, const std::string& bytes) {
  return endpoint.id + "_" + to_string(endpoint.at) + "_" + kind + "_" + sha256(bytes).substr(0, 12);
}

}  // namespace larc::study
