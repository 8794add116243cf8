#include "study/study_file.h"

#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "extraction/plan.h"

namespace larc::study {

Json to_json(const Label& label) {
  return {{"en", label.en}, {"zh", label.zh}};
}

std::string to_string(PredictionPoint point) {
  static constexpr const char* kNames[] = {"P0", "P1", "P2", "LABEL"};
  return kNames[static_cast<int>(point)];
}

namespace {

/// A map of the study file that knows where it stands and notices keys nobody asked for.
class Section {
 public:
  Section(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object() && !json.is_null()) fail("", "must be a map of keys");
  }

  bool has(const std::string& key) const {
    return json_.is_object() && json_.contains(key) && !json_.at(key).is_null();
  }
  const Json& raw(const std::string& key) {
    used_.insert(key);
    static const Json kNull;
    return has(key) ? json_.at(key) : kNull;
  }
  std::string text(const std::string& key, std::optional<std::string> fallback = std::nullopt) {
    const Json& value = raw(key);
    if (value.is_null()) return fallback ? *fallback : (fail(key, "is missing"), "");
    if (value.is_number() || value.is_boolean()) return value.dump();
    if (!value.is_string()) fail(key, "must be a text");
    return value.get<std::string>();
  }
  double number(const std::string& key, double fallback) {
    const Json& value = raw(key);
    if (value.is_null()) return fallback;
    if (!value.is_number()) fail(key, "must be a number");
    return value.get<double>();
  }
  int integer(const std::string& key, int fallback, int lower) {
    const Json& value = raw(key);
    if (value.is_null()) return fallback;
    if (!value.is_number_integer() || value.get<long>() < lower)
      fail(key, "must be a whole number of at least " + std::to_string(lower));
    return value.get<int>();
  }
  bool flag(const std::string& key, bool fallback) {
    const Json& value = raw(key);
    if (value.is_null()) return fallback;
    if (!value.is_boolean()) fail(key, "must be true or false");
    return value.get<bool>();
  }
  std::vector<std::string> texts(const std::string& key) {
    const Json& value = raw(key);
    std::vector<std::string> list;
    if (value.is_null()) return list;
    if (value.is_string()) return {value.get<std::string>()};
    if (!value.is_array()) fail(key, "must be a list");
    for (const Json& item : value) list.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    return list;
  }
  Label label(const std::string& key, const std::string& fallback) {
    const Json& value = raw(key);
    if (value.is_null()) return {fallback, fallback};
    if (value.is_string()) return {value.get<std::string>(), value.get<std::string>()};
    Section section(value, where_ + "." + key);
    Label label;
    label.en = section.text("en", fallback);
    label.zh = section.text("zh", label.en);
    section.finish();
    return label;
  }
  std::string choice(const std::string& key, const std::vector<std::string>& choices, const std::string& fallback) {
    const std::string value = text(key, fallback);
    if (std::find(choices.begin(), choices.end(), value) == choices.end())
      fail(key, "is '" + value + "', one of " + join(choices, ", ") + " is wanted");
    return value;
  }
  Expression expression(const std::string& key) {
    const std::string source = text(key);
    return in_context(where_ + "." + key, [&] { return Expression::parse(source); });
  }
  Section section(const std::string& key) { return Section(raw(key), where_.empty() ? key : where_ + "." + key); }
  std::vector<std::pair<std::string, Section>> sections(const std::string& key) {
    std::vector<std::pair<std::string, Section>> list;
    const Json& value = raw(key);
    if (value.is_null()) return list;
    if (!value.is_object()) fail(key, "must be a map of keys");
    for (const auto& [id, item] : value.items()) list.emplace_back(id, Section(item, where_ + key + "." + id));
    return list;
  }
  void finish() const {
    if (!json_.is_object()) return;
    for (const auto& [key, value] : json_.items())
      if (!used_.contains(key))
        fail(key, "is not a key larc knows here; known: " + join({used_.begin(), used_.end()}, ", "));
  }
  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    throw Error(ErrorCode::format, "key '" + where_ + (where_.empty() || key.empty() ? "" : ".") + key + "' " + what);
  }

 private:
  const Json& json_;
  std::string where_;
  std::set<std::string> used_;
};

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
  for (const auto& rule : study.extraction)
    if (!has_image(rule.image) || !has_mask(rule.mask, rule.image))
      fail("extraction: '" + rule.image + "' with '" + rule.mask + "' is not a declared image with its mask");
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
      for (const auto& [attribute, glob] : section.raw("dicom").items())
        role.dicom[attribute] = glob.is_string() ? glob.get<std::string>() : glob.dump();
      section.finish();
      study.images.push_back(std::move(role));
    }
    for (auto& [id, section] : root.sections("masks")) {
      study.masks.push_back({id, section.text("image"), section.label("label", id), section.texts("files"),
                             section.integer("label_value", 1, 1), section.text("rtstruct_roi", "")});
      section.finish();
    }
    for (const Json& item : root.raw("extraction")) {
      Section section(item, "extraction");
      ExtractionRule rule;
      rule.image = section.text("image");
      rule.mask = section.text("mask");
      rule.id = rule.image + "_" + rule.mask;
      rule.bias_field = section.choice("bias_field", {"none", "n4"}, "none") == "n4";
      rule.zscore = section.choice("normalise", {"none", "zscore"}, "none") == "zscore";
      rule.features = section.raw("features");
      if (rule.features.is_null()) rule.features = Json::object();
      section.finish();
      extraction::make_feature_plan(rule.features, "extraction of " + rule.id + ": features");
      study.extraction.push_back(std::move(rule));
    }
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
  for (const auto& id : study.clinical_predictors) {
    const Variable* variable = study.find_variable(id);
    if (variable->available_from > endpoint.at || variable->available_from == PredictionPoint::LABEL)
      throw Error(ErrorCode::refused, "variable '" + id + "' is available from " + to_string(variable->available_from) +
                                          " and cannot predict '" + endpoint.id + "' at " + to_string(endpoint.at) +
                                          "; take it out of models.clinical_predictors");
  }
  const auto check_image = [&](const std::string& id) {
    for (const auto& role : study.images)
      if (role.id == id && role.available_from > endpoint.at)
        throw Error(ErrorCode::refused, "image '" + id + "' is available from " + to_string(role.available_from) +
                                            " and cannot predict '" + endpoint.id + "' at " + to_string(endpoint.at) +
                                            "; take it out of extraction and crop, or set the endpoint's 'at'");
  };
  for (const auto& rule : study.extraction) check_image(rule.image);
  if (study.crop) check_image(study.crop->image);
}

}  // namespace larc::study
