#include "study/predict.h"

#include <set>

#include "clinical/clinical_table.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/number.h"
#include "io/image_file.h"
#include "study/leak_guard.h"
#include "study/network_reading.h"
#include "study/prepare.h"

namespace larc::study {

namespace {

struct Inputs {
  learn::Frame frame;
  nn::Cases cases;
  std::map<std::string, image::Geometry> geometries;  // of the crops
  Json used = Json::object();
  std::vector<std::string> notes;
};

bool has_network(const Bundle& bundle) {
  return !bundle.model.deep.weights.empty();
}

bool has_features(const Bundle& bundle) {
  return !feature_columns(bundle.model).empty();
}

bool has_clinical(const Bundle& bundle) {
  return bundle.model.kind == "clinical" || bundle.model.kind == "combined";
}

/// Views that the bundle's network looks at.
std::vector<const CropView*> views_of(const Bundle& bundle) {
  return has_network(bundle) ? bundle.file.crop_views(bundle.endpoint.at) : std::vector<const CropView*>();
}

/// Image and mask that files without a role are taken for; without them a model from features can say nothing.
std::pair<std::string, std::string> first_roles(const Bundle& bundle) {
  const StudyFile& file = bundle.file;
  if (const auto views = views_of(bundle); !views.empty()) return {views.front()->image, views.front()->mask};
  if (!file.extraction.empty()) return {file.extraction.front().image, file.extraction.front().mask};
  return {};
}

PatientImages images_of(const NewPatient& patient) {
  return {[&patient](const std::string& role) {
            const bool known = patient.images.contains(role) || patient.masks.contains(role);
            return known ? std::string() : "'" + role + "' was not given";
          },
          [&patient](const std::string& role) { return patient.images.at(role); },
          [&patient](const std::string& role) { return patient.masks.at(role); }};
}

/// Features the model knows and this patient lacks for a reason that is told, as empty columns.
void add_absent(const Bundle& bundle, const std::map<std::string, std::string>& absent, Inputs& inputs) {
  for (const auto& name : feature_columns(bundle.model)) {
    if (inputs.frame.find(name) != nullptr) continue;
    for (const auto& [prefix, reason] : absent)
      if (name.starts_with(prefix + "_")) {
        inputs.frame.columns.push_back(learn::numeric_column(name, "radiomics", {kNaN}));
        break;
      }
  }
  for (const auto& [prefix, reason] : absent)
    inputs.notes.push_back("features '" + prefix + "_...' are imputed as in training: " + reason);
}

Inputs prepare_inputs(const Bundle& bundle, const NewPatient& patient) {
  const std::string& kind = bundle.model.kind;
  const StudyFile& file = bundle.file;
  Inputs inputs;
  inputs.frame.rows = 1;
  if (has_clinical(bundle)) {
    inputs.frame.columns = clinical_columns(file, patient.values, bundle.endpoint.at);
    for (const auto& column : inputs.frame.columns)
      inputs.used[column.name] = column.kind == learn::ColumnKind::numeric ? number_or_null(column.values[0])
                                 : column.levels[0].empty()                ? Json(nullptr)
                                                                           : Json(column.levels[0]);
  }
  if (kind == "clinical") return inputs;
  const auto [image_role, mask_role] = first_roles(bundle);
  const auto views = views_of(bundle);
  const bool network = has_network(bundle), features = has_features(bundle);
  const bool some = std::any_of(views.begin(), views.end(), [&](const CropView* view) {
    return patient.images.contains(view->image) && patient.masks.contains(view->mask);
  });
  if (network ? !some : !patient.images.contains(image_role) || !patient.masks.contains(mask_role))
    throw Error(ErrorCode::not_found, std::string("the model '") + kind +
                                          "' needs an image and a mask of the tumour; give " +
                                          (patient.images.contains(image_role) ? "--mask" : "--image and --mask"));
  const PreparedPatient prepared =
      prepare_patient(file, images_of(patient), patient.values, patient.id, {features, network, false, network});
  inputs.used["volume_ml"] = prepared.volume_ml;
  if (network) {
    inputs.cases = case_of(file, bundle.endpoint.at, prepared.crops);
    inputs.geometries = prepared.crop_geometries;
    for (const CropView* view : views) {
      const auto crop = prepared.crops.find(view->image);
      if (crop != prepared.crops.end())
        inputs.used[view->image + "_crop_sha256"] =
            sha256({reinterpret_cast<const char*>(crop->second.data()), crop->second.size() * sizeof(float)});
      else if (const auto why = prepared.absent_crops.find(view->image); why != prepared.absent_crops.end())
        inputs.notes.push_back("the network does without '" + view->image + "': " + why->second);
    }
  }
  if (!features) return inputs;
  std::map<std::string, std::string> absent;
  for (const auto& table : prepared.tables) {
    for (const auto& feature : table.values) {
      inputs.used[feature.name] = number_or_null(feature.value);
      inputs.frame.columns.push_back(learn::numeric_column(feature.name, "radiomics", {feature.value}));
    }
    absent.insert(table.absent.begin(), table.absent.end());
  }
  add_absent(bundle, absent, inputs);
  return inputs;
}

/// The document without what would be read as a prediction.
void abstain(const std::string& why, Json& document) {
  document["abstains"] = why;
  for (const char* key : {"probability", "survival", "risk_group", "linear_predictor"})
    if (document.contains(key)) document[key] = nullptr;
}

}  // namespace

Json predict_patient(const Bundle& bundle, const std::string& id, const NewPatient& patient,
                     const PredictOptions& options) {
  const Inputs inputs = prepare_inputs(bundle, patient);
  const auto& horizons = bundle.endpoint.report_at;
  const Predictions predictions = predict_model(bundle.model, horizons, inputs.frame, inputs.cases);
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
  document["abstains"] = nullptr;
  if (has_network(bundle)) {
    const NetworkReading reading = read_network(bundle.model.deep, inputs.cases);
    document["network"] = reading.document;
    if (!reading.unusual.empty() && !options.despite_unusual) abstain(reading.unusual, document);
    if (!options.explain.empty())
      document["network"]["explanation"] =
          explain_network(bundle.model.deep, inputs.cases, inputs.geometries, options.explain);
  } else if (!options.explain.empty()) {
    throw Error(ErrorCode::usage, "--explain: the model '" + bundle.model.kind +
                                      "' reads no network; see its coefficients with larc models show");
  }
  Json notes = inputs.notes;
  for (const auto& [name, value] : inputs.used.items())
    if (value.is_null()) notes.push_back("'" + name + "' is unknown and was imputed as in training");
  document["notes"] = notes;
  return document;
}

NewPatient load_patient(const Study& study, const std::string& id, const Bundle& bundle) {
  NewPatient patient;
  patient.id = id;
  if (!study.registry.has_patient(id))
    throw Error(ErrorCode::not_found, "patient '" + id + "' is not in the study; import the patient's data first");
  patient.values = study.registry.values_of(id, bundle.file, {bundle.endpoint.at});
  if (has_clinical(bundle)) {
    check_predictors(bundle.file, bundle.endpoint);
    const auto all = study.registry.values(bundle.file);
    refuse_copies(bundle.endpoint, LeakGuard(bundle.file, all).later_twins(bundle.endpoint));
  }
  if (bundle.model.kind == "clinical") return patient;
  const UsableImages images = usable_images(study);
  const PatientImages source = registry_images(study, images, id);
  const auto take_image = [&](const std::string& role) {
    if (source.missing(role).empty() && !patient.images.contains(role)) patient.images[role] = source.image(role);
  };
  const auto take_mask = [&](const std::string& role) {
    if (source.missing(role).empty() && !patient.masks.contains(role)) patient.masks[role] = source.mask(role);
  };
  bool some = false;
  for (const CropView* view : views_of(bundle)) {
    if (!source.missing(view->image).empty() || !source.missing(view->mask).empty()) continue;
    take_image(view->image);
    take_mask(view->mask);
    some = true;
  }
  if (some && !has_features(bundle)) return patient;
  const auto [image_role, mask_role] = first_roles(bundle);
  for (const auto& role : some ? std::vector<std::string>() : std::vector<std::string>{image_role, mask_role})
    if (const auto excluded = images.excluded.find({id, role}); excluded != images.excluded.end())
      throw Error(ErrorCode::not_ready, "patient '" + id + "': '" + role + "' was " + excluded->second +
                                            "; 'larc decide --quality keep' overrules it");
    else if (!images.images.contains({id, role}))
      throw Error(ErrorCode::not_ready, "patient '" + id + "' has no '" + role + "'; import it first");
  take_image(image_role);
  take_mask(mask_role);
  for (const auto& rule : bundle.file.extraction) {
    const auto roles = rule.roles();
    take_image(roles.front());
    for (std::size_t r = 1; r < roles.size(); ++r) take_mask(roles[r]);
    if (rule.habitats)
      for (const auto& role : rule.habitats->images) take_image(role);
  }
  return patient;
}

namespace {

/// "ROLE=FILE" or "FILE", which then has the role `otherwise`.
template <typename Roles>
std::pair<std::string, std::filesystem::path> role_and_file(const std::string& text, const Roles& roles,
                                                            const std::string& otherwise) {
  for (const auto& role : roles)
    if (text.starts_with(role.id + "=")) return {role.id, text.substr(role.id.size() + 1)};
  return {otherwise, text};
}

void refuse_twice(bool twice, const std::string& option, const std::string& role) {
  if (twice) throw Error(ErrorCode::usage, option + " gives '" + role + "' twice; write ROLE=FILE for each");
}

/// What a study would let the model see of the patient had it imported this table: a registry for this once.
PatientValues seen_values(const Bundle& bundle, const ClinicalTable& table, const std::string& patient) {
  store::Database database(store::kInMemory);
  Registry registry(database);
  registry.change("predict", Json::object(), [&] {
    for (const auto& record : table.records)
      if (record.patient == patient) registry.add(bundle.file, record);
  });
  return registry.values_of(patient, bundle.file, {bundle.endpoint.at});
}

}  // namespace

NewPatient read_patient(const Bundle& bundle, const std::vector<std::string>& images,
                        const std::vector<std::string>& masks, const std::filesystem::path& clinical,
                        const std::string& id) {
  NewPatient patient;
  patient.id = id;
  const auto [image_role, mask_role] = first_roles(bundle);
  for (const auto& text : images) {
    const auto [role, file] = role_and_file(text, bundle.file.images, image_role);
    refuse_twice(patient.images.contains(role), "--image", role);
    patient.images[role] = io::read_image(file);
    image::check_finite(patient.images[role], file.filename().string());
  }
  for (const auto& text : masks) {
    const auto [role, file] = role_and_file(text, bundle.file.masks, mask_role);
    refuse_twice(patient.masks.contains(role), "--mask", role);
    int label = 1;
    for (const auto& candidate : bundle.file.masks)
      if (candidate.id == role) label = candidate.label_value;
    patient.masks[role] =
        in_context(file.filename().string(), [&] { return image::select_label(io::read_image(file), label); });
  }
  if (clinical.empty()) return patient;
  clinical::Rules rules = bundle.file;
  rules.table.on_fault = clinical::OnFault::refuse_file;  // a prediction from half a row would not say so
  const ClinicalTable table = read_clinical_table(rules, clinical);
  std::set<std::string> ids;
  for (const auto& record : table.records) ids.insert(record.patient);
  if (ids.empty() || (!id.empty() && !ids.contains(id)))
    throw Error(ErrorCode::not_found, table.source + " has no row of patient '" + id + "'; check --patient");
  if (id.empty() && ids.size() > 1)
    throw Error(ErrorCode::conflict,
                table.source + " has " + std::to_string(ids.size()) + " patients; choose one with --patient");
  patient.id = id.empty() ? *ids.begin() : id;
  patient.values = seen_values(bundle, table, patient.id);
  return patient;
}

void record_prediction(Study& study, const std::string& patient, const Json& prediction) {
  study.registry.add_prediction(patient, prediction);
}

}  // namespace larc::study
