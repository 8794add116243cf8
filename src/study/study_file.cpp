#include "study/study_file.h"

#include <set>

#include "clinical/section.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "store/database.h"
#include "study/protocols.h"

namespace larc::study {

namespace {

template <std::size_t N, typename T>
void fill(Section& section, const std::string& key, std::array<T, N>& target, double lower) {
  const Json& value = section.raw(key);
  if (value.is_null()) return;
  if (!value.is_array() || value.size() != N) section.fail(key, "must be a list of " + std::to_string(N) + " numbers");
  for (std::size_t i = 0; i < N; ++i) {
    if (!value[i].is_number() || !(value[i].template get<double>() > lower))
      section.fail(key, "must hold numbers above " + std::to_string(static_cast<int>(lower)));
    target[i] = value[i].template get<T>();
  }
}

void check_references(const StudyFile& study) {
  const auto has_image = [&](const std::string& id) {
    return std::any_of(study.images.begin(), study.images.end(), [&](const auto& role) { return role.id == id; });
  };
  const auto has_mask = [&](const std::string& id, const std::string& image) {
    return std::any_of(study.masks.begin(), study.masks.end(),
                       [&](const auto& role) { return role.id == id && role.image == image; });
  };
  const auto fail = [](const std::string& what) { throw Error(ErrorCode::format, what); };
  for (const auto& mask : study.masks)
    if (!has_image(mask.image)) fail("masks." + mask.id + ": image '" + mask.image + "' is not declared under images");
  for (const auto& rule : study.extraction) {
    for (const auto& mask : {rule.mask, rule.normalise.mask, rule.normalise.upper_mask})
      if (!has_image(rule.image) || (!mask.empty() && !has_mask(mask, rule.image)))
        fail("extraction: '" + rule.image + "' with '" + mask + "' is not a declared image with its mask");
    if (!rule.habitats) continue;
    for (const auto& image : rule.habitats->images)
      if (!has_image(image))
        fail("extraction of " + rule.id + ": habitats.images names '" + image +
             "', which is not declared under images");
  }
  for (const auto& delta : study.deltas)
    for (const auto& id : {delta.of_date, delta.from_date}) {
      const Variable* variable = id.empty() ? nullptr : study.find_variable(id);
      if (!id.empty() && (variable == nullptr || variable->type != VariableType::date))
        fail("extraction, delta " + delta.id + ": '" + id + "' is not a variable of type date");
    }
  if (study.crop)
    for (const CropView& view : study.crop->views)
      if (!has_image(view.image) ||
          std::none_of(study.masks.begin(), study.masks.end(), [&](const auto& role) { return role.id == view.mask; }))
        fail("crop: '" + view.image + "' with '" + view.mask + "' is not a declared image with a declared mask");
  for (const auto& id : study.clinical_predictors)
    if (study.find_variable(id) == nullptr)
      fail("models.clinical_predictors: variable '" + id + "' is not declared under variables");
  for (const auto& [predictor, later] : study.accepted_likeness) {
    if (study.find_variable(predictor) == nullptr)
      fail("models.accepted_likeness: variable '" + predictor + "' is not declared under variables");
    for (const auto& id : later)
      if (study.find_variable(id) == nullptr &&
          std::none_of(study.endpoints.begin(), study.endpoints.end(), [&](const auto& e) { return e.id == id; }))
        fail("models.accepted_likeness." + predictor + ": '" + id + "' is neither a variable nor an endpoint");
  }
}

}  // namespace

namespace {

/// "adc_2" is sequence "adc" at time point 2, unless the study file says otherwise.
CropView parse_crop_view(const std::string& image, Section& section) {
  CropView view;
  view.image = image;
  view.mask = section.text("mask");
  const bool numbered = image.size() > 2 && image[image.size() - 2] == '_' && std::isdigit(image.back()) != 0;
  view.sequence = section.text("sequence", numbered ? image.substr(0, image.size() - 2) : image);
  view.time_point = section.integer("time_point", numbered ? image.back() - '0' : 1, 0);
  view.bias_field = section.choice("bias_field", {"none", "n4"}, "none") == "n4";
  view.absolute = section.choice("values", {"zscore", "absolute"}, "zscore") == "absolute";
  return view;
}

CropRule parse_crop(Section& section) {
  CropRule rule;
  fill(section, "spacing_mm", rule.spacing_mm, 0);
  fill(section, "size", rule.size, 0);
  if (!section.has("views")) {
    rule.views.push_back(parse_crop_view(section.text("image"), section));
    return rule;
  }
  for (auto& [image, view] : section.sections("views")) {
    rule.views.push_back(parse_crop_view(image, view));
    view.finish();
  }
  if (rule.views.empty()) section.fail("views", "must name at least one image");
  return rule;
}

TimeRule parse_time(Section section) {
  TimeRule rule;
  rule.point = section.choice("point", {"before_therapy", "after_therapy"}, "") == "before_therapy"
                   ? TimePoint::before_therapy
                   : TimePoint::after_therapy;
  rule.date = section.text("date", "");
  rule.described = section.texts("described");
  section.finish();
  return rule;
}

/// A list of {most: attribute} and {least: attribute}.
std::vector<Preference> parse_preferences(Section& section) {
  std::vector<Preference> preferences;
  const Json& list = section.raw("prefer");
  if (list.is_null()) return preferences;
  const auto valid = [](const Json& one) {
    return one.is_object() && one.size() == 1 && (one.contains("most") || one.contains("least")) &&
           one.begin()->is_string() && is_series_attribute(one.begin()->get<std::string>());
  };
  if (!list.is_array() || !std::all_of(list.begin(), list.end(), valid))
    section.fail("prefer",
                 "must be a list of {most: ATTRIBUTE} and {least: ATTRIBUTE}; known: " + series_attribute_names());
  for (const Json& one : list) preferences.push_back({one.begin()->get<std::string>(), one.contains("most")});
  return preferences;
}

/// The rules of the sequences, the dates of therapy, and the images.
void parse_images(Section& root, StudyFile& study) {
  const bool own = root.has("sequences");
  study.sequences = own ? parse_sequences(root.raw("sequences"), "sequences")
                        : parse_sequences(parse_yaml(default_sequences(), "sequences.yaml"), "sequences");
  if (root.has("therapy")) {
    Section therapy = root.section("therapy");
    study.therapy = {therapy.text("start", ""), therapy.text("end", ""), therapy.text("surgery", "")};
    therapy.finish();
  }
  for (auto& [id, section] : root.sections("images")) {
    ImageRole role;
    role.id = id;
    role.available_from = parse_point(section, "available_from", "P0");
    role.label = section.label("label", id);
    role.files = section.texts("files");
    if (section.has("dicom")) role.dicom = parse_series_rule(section.raw("dicom"), section.where() + ".dicom");
    if (section.has("time")) role.time = parse_time(section.section("time"));
    role.prefer = parse_preferences(section);
    if (section.choice("gaps", {"refuse", "resample"}, "refuse") == "resample")
      role.reading.gaps = io::dicom::GapPolicy::resample;
    if (section.choice("tilt", {"refuse", "resample"}, "refuse") == "resample")
      role.reading.tilt = io::dicom::TiltPolicy::resample;
    section.finish();
    study.images.push_back(std::move(role));
  }
  const auto check_date = [&](const std::string& place, const std::string& id) {
    const Variable* variable = id.empty() ? nullptr : study.find_variable(id);
    if (!id.empty() && (variable == nullptr || variable->type != VariableType::date))
      throw Error(ErrorCode::format, place + ": '" + id + "' is not a variable of type date");
  };
  for (const auto& id : {study.therapy.start, study.therapy.end, study.therapy.surgery}) check_date("therapy", id);
  for (const auto& role : study.images) check_date("images." + role.id + ".time.date", role.time.date);
}

QualityRule parse_quality(Section section) {
  QualityRule rule;
  rule.development_centres = section.texts("development_centres");
  rule.limits.doubtful = section.number("doubtful", rule.limits.doubtful);
  rule.limits.exclude = section.number("exclude", rule.limits.exclude);
  if (!(rule.limits.doubtful > 0 && rule.limits.doubtful <= rule.limits.exclude))
    section.fail("exclude", "must be at least 'doubtful', and both above 0");
  section.finish();
  return rule;
}

/// Which endpoints get models: those of models.endpoints, or all that can have one.
void parse_modelled(Section& models, StudyFile& study) {
  const auto asked = models.texts("endpoints");
  for (const auto& id : asked)
    if (study.endpoint(id).type == EndpointType::ordinal)
      models.fail("endpoints",
                  "holds '" + id + "'; an ordinal endpoint is derived and shown, models of it are not fitted");
  for (const auto& endpoint : study.endpoints)
    if (endpoint.type != EndpointType::ordinal &&
        (asked.empty() || std::find(asked.begin(), asked.end(), endpoint.id) != asked.end()))
      study.modelled.push_back(endpoint.id);
}

}  // namespace

StudyFile study_file_of(const Json& document, const std::string& name) {
  return in_context(name, [&] {
    StudyFile study;
    study.document = document;
    study.document.erase("database");
    Section root(document, "");
    if (root.text("format", "") != "larc.study/1") root.fail("format", "must be larc.study/1");
    study.id = root.text("id");
    study.title = root.label("title", study.id);
    study.description = root.label("description", "");
    study.database = root.text("database", "");
    if (!study.database.empty() && !store::is_server_address(study.database))
      root.fail("database",
                "must be postgresql://user@host:port/database; without it the registry is a file of the study");
    study.seed = static_cast<std::uint64_t>(root.integer("seed", 1, 0));
    study.synthetic = root.flag("synthetic", false);

    parse_rules(root, study);

    parse_images(root, study);
    if (root.has("quality")) study.quality = parse_quality(root.section("quality"));
    for (auto& [id, section] : root.sections("masks")) {
      study.masks.push_back({id, section.text("image"), section.label("label", id), section.texts("files"),
                             section.integer("label_value", 1, 1), section.text("rtstruct_roi", ""),
                             section.text("segment", section.text("rtstruct_roi", "")),
                             section.flag("optional", false)});
      section.finish();
    }
    ExtractionRules extraction = parse_extraction(root.raw("extraction"));
    study.extraction = std::move(extraction.rules);
    study.deltas = std::move(extraction.deltas);
    if (root.has("crop")) {
      Section section = root.section("crop");
      study.crop = parse_crop(section);
      section.finish();
    }
    Section models = root.section("models");
    parse_modelled(models, study);
    study.kinds = models.texts("kinds");
    static const std::set<std::string> kKinds{"clinical", "radiomics", "deep", "combined"};
    for (const auto& kind : study.kinds)
      if (!kKinds.contains(kind))
        models.fail("kinds", "holds '" + kind + "'; known: clinical, radiomics, deep, combined");
    study.clinical_predictors = models.texts("clinical_predictors");
    if (models.has("accepted_likeness")) {
      Section accepted = models.section("accepted_likeness");
      for (const auto& [predictor, later] : models.raw("accepted_likeness").items())
        study.accepted_likeness[predictor] = accepted.texts(predictor);
      accepted.finish();
    }
    study.harmonise = models.choice("harmonise", {"none", "combat"}, "none") == "combat";
    study.validation.minimum_per_class = models.integer("minimum_per_class", 10, 2);
    study.deep = models.raw("deep");
    if (study.deep.is_null()) study.deep = Json::object();
    models.finish();

    Section validation = root.section("validation");
    study.validation.repeats = validation.integer("repeats", 3, 1);
    study.validation.folds = validation.integer("folds", 5, 2);
    study.validation.inner_folds = validation.integer("inner_folds", 5, 2);
    study.validation.deep_repeats = validation.integer("deep_repeats", 1, 1);
    study.validation.permutations = validation.integer("permutations", 99, 0);
    validation.finish();
    root.finish();
    check_references(study);
    return study;
  });
}

StudyFile parse_study_file(const std::string& yaml, const std::string& name) {
  return study_file_of(parse_yaml(yaml, name), name);
}

StudyFile read_study_file(const std::filesystem::path& path) {
  return parse_study_file(read_file(path), path.string());
}

std::vector<const Endpoint*> StudyFile::modelled_endpoints() const {
  std::vector<const Endpoint*> list;
  for (const auto& item : modelled) list.push_back(&endpoint(item));
  return list;
}

void check_predictors(const StudyFile& study, const Endpoint& endpoint) {
  const auto check_variable = [&](const std::string& id, const std::string& place) {
    const Variable* variable = study.find_variable(id);
    if (variable->available_from > endpoint.at || variable->available_from == PredictionPoint::LABEL)
      throw Error(ErrorCode::refused, "variable '" + id + "' is available from " + to_string(variable->available_from) +
                                          " and cannot predict '" + endpoint.id + "' at " + to_string(endpoint.at) +
                                          "; take it out of " + place);
  };
  const auto late = [&](const std::string& id) {
    return std::any_of(study.images.begin(), study.images.end(),
                       [&](const auto& role) { return role.id == id && role.available_from > endpoint.at; });
  };
  const auto check_image = [&](const std::string& id) {
    if (!late(id)) return;
    // A change is known from its later image on; who declared one wants to read of it.
    std::string changes;
    for (const auto& delta : study.deltas)
      for (const auto& rule : study.extraction)
        if (rule.image == id && (rule.id == delta.of || rule.id == delta.from)) changes += " (with '" + delta.id + "')";
    for (const auto& role : study.images)
      if (role.id == id)
        throw Error(ErrorCode::refused, "image '" + id + "'" + changes + " is available from " +
                                            to_string(role.available_from) + " and cannot predict '" + endpoint.id +
                                            "' at " + to_string(endpoint.at) +
                                            "; take it out of extraction and crop, or set the endpoint's 'at'");
  };
  for (const auto& id : study.clinical_predictors) check_variable(id, "models.clinical_predictors");
  for (const auto& rule : study.extraction) {
    check_image(rule.image);
    if (rule.habitats)
      for (const auto& image : rule.habitats->images) check_image(image);
  }
  for (const auto& delta : study.deltas)
    for (const auto& id : {delta.of_date, delta.from_date})
      if (!id.empty()) check_variable(id, "the delta '" + delta.id + "'");
  // Later images are not shown to a network; one that could see nothing else is refused.
  if (study.crop && study.crop_views(endpoint.at).empty()) check_image(study.crop->views.front().image);
}

std::vector<const CropView*> StudyFile::used_views() const {
  PredictionPoint last = PredictionPoint::P0;
  for (const Endpoint* endpoint : modelled_endpoints()) last = std::max(last, endpoint->at);
  return crop_views(last);
}

std::vector<const CropView*> StudyFile::crop_views(PredictionPoint at) const {
  std::vector<const CropView*> views;
  if (!crop) return views;
  for (const CropView& view : crop->views)
    if (std::any_of(images.begin(), images.end(),
                    [&](const ImageRole& role) { return role.id == view.image && role.available_from <= at; }))
      views.push_back(&view);
  return views;
}

}  // namespace larc::study
