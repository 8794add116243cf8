#include "study/predict.h"

#include "core/error.h"
#include "core/hash.h"
#include "core/number.h"
#include "io/image_file.h"
#include "study/clinical_table.h"
#include "study/prepare.h"

namespace larc::study {

namespace {

struct Inputs {
  learn::Frame frame;
  nn::Crops crops;
  Json used = Json::object();
};

const ExtractionRule* extraction_rule(const StudyFile& file) {
  return file.extraction.empty() ? nullptr : &file.extraction.front();
}

Inputs prepare_inputs(const Bundle& bundle, const NewPatient& patient) {
  const std::string& kind = bundle.model.kind;
  const StudyFile& file = bundle.file;
  Inputs inputs;
  inputs.frame.rows = 1;
  if (kind == "clinical" || kind == "combined") {
    inputs.frame.columns = clinical_columns(file, patient.values, bundle.endpoint.at);
    for (const auto& id : file.clinical_predictors) {
      const auto found = patient.values.find(id);
      inputs.used[id] = found == patient.values.end() ? Json(nullptr) : Json(found->second);
    }
  }
  if (kind == "clinical") return inputs;
  if (!patient.image || !patient.mask)
    throw Error(ErrorCode::not_found, std::string("the model '") + kind +
                                          "' needs an image and a mask of the tumour; give " +
                                          (patient.image ? "--mask" : "--image and --mask"));
  const bool deep = kind == "deep";
  const PreparedCase prepared = prepare_case(*patient.image, *patient.mask, deep ? nullptr : extraction_rule(file),
                                             deep && file.crop ? &*file.crop : nullptr);
  inputs.used["volume_ml"] = prepared.volume_ml;
  if (deep) {
    inputs.crops = empty_crops(*file.crop);
    inputs.crops.cases.push_back(prepared.crop);
    inputs.used["crop_sha256"] =
        sha256({reinterpret_cast<const char*>(prepared.crop.data()), prepared.crop.size() * sizeof(float)});
    return inputs;
  }
  for (const auto& [name, value] : prepared.features.items()) {
    learn::Column column;
    column.name = extraction_rule(file)->image + "_" + name;
    column.group = "radiomics";
    column.kind = learn::ColumnKind::numeric;
    column.values = {number_or_nan(value)};
    inputs.used[column.name] = value;
    inputs.frame.columns.push_back(std::move(column));
  }
  return inputs;
}

}  // namespace

Json predict_patient(const Bundle& bundle, const std::string& id, const NewPatient& patient) {
  const Inputs inputs = prepare_inputs(bundle, patient);
  const auto& horizons = bundle.endpoint.report_at;
  const Predictions predictions = predict_model(bundle.model, horizons, inputs.frame, inputs.crops);
  Json document = {{"research_use_only", "Research use only. Not for decisions about a patient."},
                   {"patient", patient.id.empty() ? Json(nullptr) : Json(patient.id)},
                   {"model", id},
                   {"endpoint", bundle.endpoint.id},
                   {"label", to_json(bundle.endpoint.label)},
                   {"at", to_string(bundle.endpoint.at)},
                   {"kind", bundle.model.kind},
                   {"synthetic", bundle.file.synthetic},
                   {"input_hash", hash_of({id, dump_json(inputs.used)})},
                   {"linear_predictor", predictions.linear[0]}};
  if (bundle.endpoint.type == EndpointType::binary) {
    document["probability"] = predictions.probability[0];
  } else {
    Json curve = Json::array();
    for (std::size_t h = 0; h < horizons.size(); ++h)
      curve.push_back({{"months", horizons[h]}, {"survival", predictions.survival[0][h]}});
    document["survival"] = curve;
  }
  document["risk_group"] = predictions.high_risk[0] ? "high" : "low";
  Json notes = Json::array();
  for (const auto& [name, value] : inputs.used.items())
    if (value.is_null()) notes.push_back("'" + name + "' is unknown and was imputed as in training");
  document["notes"] = notes;
  return document;
}

NewPatient load_patient(const Study& study, const std::string& id, const Bundle& bundle) {
  NewPatient patient;
  patient.id = id;
  const auto known = study.registry.patients();
  if (!std::binary_search(known.begin(), known.end(), id))
    throw Error(ErrorCode::not_found, "patient '" + id + "' is not in the study; import the patient's data first");
  const auto values = study.registry.values();
  if (const auto found = values.find(id); found != values.end()) patient.values = found->second;
  if (bundle.model.kind == "clinical") return patient;
  const auto images = study.registry.images();
  const std::string image_role =
      bundle.model.kind == "deep" ? bundle.file.crop->image : bundle.file.extraction.front().image;
  const std::string mask_role =
      bundle.model.kind == "deep" ? bundle.file.crop->mask : bundle.file.extraction.front().mask;
  for (const auto& role : {image_role, mask_role}) {
    const auto found = images.find({id, role});
    if (found == images.end())
      throw Error(ErrorCode::not_ready, "patient '" + id + "' has no '" + role + "'; import it first");
    const std::string bytes = study.content.get(found->second.content_hash);
    if (role == image_role)
      patient.image = io::decode_nrrd(bytes);
    else
      patient.mask = io::decode_nrrd_mask(bytes);
  }
  return patient;
}

NewPatient read_patient(const Bundle& bundle, const std::filesystem::path& image, const std::filesystem::path& mask,
                        const std::filesystem::path& clinical, const std::string& id) {
  NewPatient patient;
  patient.id = id;
  if (!image.empty()) patient.image = io::read_image(image);
  if (!mask.empty()) {
    const std::string role = bundle.model.kind == "deep" && bundle.file.crop ? bundle.file.crop->mask
                             : bundle.file.extraction.empty()                ? std::string()
                                                                             : bundle.file.extraction.front().mask;
    int label = 1;
    for (const auto& candidate : bundle.file.masks)
      if (candidate.id == role) label = candidate.label_value;
    patient.mask =
        in_context(mask.filename().string(), [&] { return image::select_label(io::read_image(mask), label); });
  }
  if (patient.image) image::check_finite(*patient.image, image.filename().string());
  if (clinical.empty()) return patient;
  const ClinicalTable table = read_clinical_table(bundle.file, clinical);
  const auto row = std::find_if(table.rows.begin(), table.rows.end(),
                                [&](const auto& item) { return id.empty() || item.patient == id; });
  if (row == table.rows.end())
    throw Error(ErrorCode::not_found, table.source + " has no row of patient '" + id + "'; check --patient");
  if (id.empty() && table.rows.size() > 1)
    throw Error(ErrorCode::conflict,
                table.source + " has " + std::to_string(table.rows.size()) + " patients; choose one with --patient");
  patient.id = row->patient;
  for (const auto& cell : row->cells)
    if (!cell.value.empty()) patient.values[cell.variable] = cell.value;
  return patient;
}

void record_prediction(Study& study, const std::string& patient, const Json& prediction) {
  const std::string model = prediction.at("model"), input = prediction.at("input_hash");
  study.database.transaction([&] {
    if (!study.database
             .query("SELECT id FROM prediction WHERE patient = $1 AND model_id = $2 AND input_hash = $3",
                    {patient, model, input})
             .empty())
      return;
    study.database.execute(
        "INSERT INTO prediction (patient, model_id, input_hash, document, recorded_at) VALUES ($1, $2, $3, $4, $5)",
        {patient, model, input, dump_json(prediction), store::utc_now()});
  });
}

}  // namespace larc::study
