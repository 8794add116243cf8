#include "study/study_file.h"

#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "study/section.h"
#include "study/series_attributes.h"

namespace larc::study {

std::string to_string(PredictionPoint point) {
  static constexpr const char* kNames[] = {"P0", "P1", "P2", "LABEL"};
  return kNames[static_cast<int>(point)];
}

namespace {

const std::vector<std::string> kPoints{"P0", "P1", "P2", "LABEL"};

PredictionPoint point(Section& section, const std::string& key, const std::string& fallback) {
  const std::string name = section.choice(key, kPoints, fallback);
  return static_cast<PredictionPoint>(std::find(kPoints.begin(), kPoints.end(), name) - kPoints.begin());
}

Variable parse_variable(const std::string& id, Section section) {
  Variable variable;
  variable.id = id;
  const std::string type = section.choice("type", {"number", "category", "date", "text"}, "number");
  variable.type = type == "number"     ? VariableType::number
                  : type == "category" ? VariableType::category
                  : type == "date"     ? VariableType::date
                                       : VariableType::text;
  variable.available_from = point(section, "available_from", "LABEL");
  variable.label = section.label("label", id);
  variable.unit = section.text("unit", "");
  variable.codes = section.texts("codes");
  variable.log_scale = section.flag("log", false);
  const Json& range = section.raw("range");
  if (!range.is_null()) {
    if (!range.is_array() || range.size() != 2) section.fail("range", "must be a list of two numbers");
    if (range[0].is_number()) variable.lower = range[0].get<double>();
    if (range[1].is_number()) variable.upper = range[1].get<double>();
  }
  if (variable.type == VariableType::category && variable.codes.empty())
    section.fail("codes", "is missing; a category needs its allowed values");
  section.finish();
  return variable;
}

Endpoint parse_endpoint(const std::string& id, Section section) {
  Endpoint endpoint;
  endpoint.id = id;
  endpoint.type = section.choice("type", {"binary", "survival"}, "binary") == "binary" ? EndpointType::binary
                                                                                       : EndpointType::survival;
  endpoint.at = point(section, "at", "P0");
  endpoint.label = section.label("label", id);
  endpoint.primary = section.flag("primary", false);
  if (endpoint.type == EndpointType::binary) {
    endpoint.positive = section.expression("positive");
  } else {
    endpoint.time = section.expression("time");
    endpoint.event = section.expression("event");
    endpoint.horizon_months = section.number("horizon_months", 120);
    for (const Json& months : section.raw("report_at")) {
      if (!months.is_number() || !(months.get<double>() > 0))
        section.fail("report_at", "must be a list of months above 0");
      endpoint.report_at.push_back(months.get<double>());
    }
    if (endpoint.report_at.empty()) endpoint.report_at = {36, 60};
  }
  section.finish();
  return endpoint;
}

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
  if (study.crop && (!has_image(study.crop->image) || !has_mask(study.crop->mask, study.crop->image)))
    fail("crop: '" + study.crop->image + "' with '" + study.crop->mask + "' is not a declared image with its mask");
  const auto check_variables = [&](const Expression& expression, const std::string& where) {
    for (const auto& id : expression.variables())
      if (study.find_variable(id) == nullptr)
        fail(where + ": variable '" + id + "' is not declared under variables; declare it or correct the name");
  };
  for (const auto& criterion : study.eligibility) check_variables(criterion.rule, "eligibility " + criterion.id);
  for (const auto& endpoint : study.endpoints) {
    for (const auto* expression : {&endpoint.positive, &endpoint.time, &endpoint.event})
      if (*expression) check_variables(**expression, "endpoints." + endpoint.id);
  }
  for (const auto& id : study.clinical_predictors)
    if (study.find_variable(id) == nullptr)
      fail("models.clinical_predictors: variable '" + id + "' is not declared under variables");
}

}  // namespace

const Variable* StudyFile::find_variable(const std::string& variable_id) const {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const auto& variable) { return variable.id == variable_id; });
  return found == variables.end() ? nullptr : &*found;
}

const Endpoint& StudyFile::endpoint(const std::string& endpoint_id) const {
  std::vector<std::string> ids;
  for (const auto& candidate : endpoints) {
    if (candidate.id == endpoint_id) return candidate;
    ids.push_back(candidate.id);
  }
  throw Error(ErrorCode::not_found,
              "endpoint '" + endpoint_id + "' is not in study.yaml; it declares: " + join(ids, ", "));
}

StudyFile study_file_of(const Json& document, const std::string& name) {
  return in_context(name, [&] {
    StudyFile study;
    study.document = document;
    Section root(study.document, "");
    if (root.text("format", "") != "larc.study/1") root.fail("format", "must be larc.study/1");
    study.id = root.text("id");
    study.title = root.label("title", study.id);
    study.description = root.label("description", "");
    study.seed = static_cast<std::uint64_t>(root.integer("seed", 1, 0));
    study.synthetic = root.flag("synthetic", false);

    Section table = root.section("table");
    study.table.patient_column = table.text("patient", "patient_id");
    study.table.centre_column = table.text("centre", "");
    study.table.missing = table.texts("missing");
    for (const auto& [column, variable] : table.raw("columns").items())
      study.table.columns[column] = variable.is_string() ? variable.get<std::string>() : variable.dump();
    table.finish();

    for (auto& [id, section] : root.sections("variables")) study.variables.push_back(parse_variable(id, section));

    for (auto& [id, section] : root.sections("images")) {
      ImageRole role{
          id, point(section, "available_from", "P0"), section.label("label", id), section.texts("files"), {}};
      const auto text = [](const Json& glob) { return glob.is_string() ? glob.get<std::string>() : glob.dump(); };
      for (const auto& [attribute, globs] : section.raw("dicom").items()) {
        if (!is_series_attribute(attribute))
          section.fail("dicom", "asks for '" + attribute + "'; known: " + series_attribute_names());
        if (globs.is_array())
          for (const Json& glob : globs) role.dicom[attribute].push_back(text(glob));
        else
          role.dicom[attribute] = {text(globs)};
      }
      section.finish();
      study.images.push_back(std::move(role));
    }
    for (auto& [id, section] : root.sections("masks")) {
      study.masks.push_back({id, section.text("image"), section.label("label", id), section.texts("files"),
                             section.integer("label_value", 1, 1), section.text("rtstruct_roi", ""),
                             section.flag("optional", false)});
      section.finish();
    }
    ExtractionRules extraction = parse_extraction(root.raw("extraction"));
    study.extraction = std::move(extraction.rules);
    study.deltas = std::move(extraction.deltas);
    if (root.has("crop")) {
      Section section = root.section("crop");
      CropRule rule;
      rule.image = section.text("image");
      rule.mask = section.text("mask");
      fill(section, "spacing_mm", rule.spacing_mm, 0);
      fill(section, "size", rule.size, 0);
      rule.bias_field = section.choice("bias_field", {"none", "n4"}, "none") == "n4";
      section.finish();
      study.crop = rule;
    }
    for (auto& [id, section] : root.sections("eligibility")) {
      const bool include = section.has("include");
      study.eligibility.push_back(
          {id, section.label("text", id), include, section.expression(include ? "include" : "exclude")});
      section.finish();
    }
    for (auto& [id, section] : root.sections("endpoints")) study.endpoints.push_back(parse_endpoint(id, section));
    if (study.endpoints.empty()) root.fail("endpoints", "is missing; declare at least one");

    Section models = root.section("models");
    study.kinds = models.texts("kinds");
    static const std::set<std::string> kKinds{"clinical", "radiomics", "deep", "combined"};
    for (const auto& kind : study.kinds)
      if (!kKinds.contains(kind))
        models.fail("kinds", "holds '" + kind + "'; known: clinical, radiomics, deep, combined");
    study.clinical_predictors = models.texts("clinical_predictors");
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
  if (study.crop) check_image(study.crop->image);
}

}  // namespace larc::study
