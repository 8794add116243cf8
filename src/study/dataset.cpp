#include "study/dataset.h"

#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "study/companions.h"
#include "study/network_cohort.h"
#include "study/recorded_variables.h"
#include "study/refusal.h"

namespace larc::study {

namespace {

bool has_outcome(const std::set<std::string>& recorded, const ValuesByPatient& values) {
  return std::any_of(values.begin(), values.end(), [&](const auto& patient) {
    return std::any_of(recorded.begin(), recorded.end(), [&](const auto& id) { return patient.second.contains(id); });
  });
}

/// Whether, and why, no model may be trained.
void refuse(const StudyFile& file, const ValuesByPatient& values, Dataset& data) {
  const auto recorded = outcome_variables(file, *data.endpoint);
  data.no_outcome = !has_outcome(recorded, values);
  data.refused = data.no_outcome ? "no patient has a value of " + join({recorded.begin(), recorded.end()}, ", ") +
                                       ", from which the outcome is derived; import a table with these columns"
                                 : refusal_of(*data.endpoint, data.outcome.events(), data.outcome.size(),
                                              file.validation.minimum_per_class)
                                       .en;
}

/// Counts a patient whose outcome is not known; says what cannot be understood.
void leave_out(const Outcome& outcome, const std::string& patient, Dataset& data) {
  if (outcome.state == OutcomeState::not_at_risk) ++data.not_at_risk;
  if (outcome.state == OutcomeState::unknown) ++data.unknown_outcome;
  if (outcome.state != OutcomeState::contradictory) return;
  ++data.contradictory;
  if (outcome.checks.empty()) data.notes.push_back("patient " + patient + ": " + outcome.reason);
}

/// The columns of one table of all cases, and what was measured again of them on perturbed images.
void add_features(const Study& study, const std::vector<const ExtractedCase*>& cases, std::size_t t, Dataset& data) {
  const std::vector<std::string> names = feature_names(cases, t);
  std::size_t repeats = 0;
  double minimum_icc = 0;
  for (const auto& name : names) {
    std::vector<double> values;
    for (const auto* item : cases) {
      const auto found = item->tables[t].values.find(name);
      values.push_back(found == item->tables[t].values.end() ? kNaN : found->second);
      repeats = std::max(repeats, item->tables[t].perturbations);
      minimum_icc = std::max(minimum_icc, item->tables[t].minimum_icc);
    }
    data.frame.columns.push_back(learn::numeric_column(name, "radiomics", std::move(values)));
  }
  if (repeats == 0) return;
  // One list of measurements a row and feature; NaN where the row was not perturbed or lacks the feature.
  std::map<std::string, std::vector<std::vector<double>>> measured;
  for (const auto& name : names) measured[name].assign(cases.size(), std::vector<double>(repeats, kNaN));
  for (std::size_t row = 0; row < cases.size(); ++row) {
    const ExtractedTable& table = cases[row]->tables[t];
    if (table.perturbed_hash.empty()) continue;
    const auto values = perturbed_values(study, table);
    for (std::size_t f = 0; f < table.names.size(); ++f)
      for (std::size_t p = 0; p < values.size(); ++p) measured[table.names[f]][row][p] = values[p][f];
  }
  for (const auto& name : names)
    data.frame.repeated.push_back(learn::repeated_column(name, minimum_icc, measured.at(name)));
}

/// For the comparison with volume alone where no rule measures a shape.
void add_enclosed_volume(const std::vector<const ExtractedCase*>& cases, Dataset& data) {
  std::vector<double> values;
  for (const auto* item : cases) values.push_back(item->volume_ml > 0 ? item->volume_ml : kNaN);
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
    data.frame.columns.push_back(learn::numeric_column("larc_volume_ml", kVolumeGroup, std::move(values)));
}

/// Hash of the first view there is, in the order of the study file; empty without any.
std::string first_crop(const StudyFile& file, const std::map<std::string, std::string>& crops) {
  if (file.crop)
    for (const CropView& view : file.crop->views)
      if (const auto found = crops.find(view.image); found != crops.end()) return found->second;
  return "";
}

/// Adds the row of one patient under those that are there.
void append_row(const std::vector<learn::Column>& row, learn::Frame& frame) {
  if (frame.columns.empty()) {
    frame.columns = row;
    return;
  }
  for (std::size_t c = 0; c < row.size(); ++c) {
    auto& target = frame.columns[c];
    target.values.insert(target.values.end(), row[c].values.begin(), row[c].values.end());
    target.levels.insert(target.levels.end(), row[c].levels.begin(), row[c].levels.end());
  }
}

std::string content_hash(const Dataset& data, const std::vector<const ExtractedCase*>& cases) {
  std::vector<std::string> parts{data.endpoint->id};
  const auto add_numbers = [&](const auto& numbers) {
    std::string text;
    for (const auto number : numbers) text += format_double(static_cast<double>(number)) + ",";
    parts.push_back(text);
  };
  for (const auto& list : {data.patients, data.units, data.centres}) parts.push_back(join(list, "\n"));
  for (const auto& crops : data.crops)
    for (const auto& [image, hash] : crops) parts.push_back(image + hash);
  add_numbers(data.causes);
  add_numbers(data.outcome.label);
  add_numbers(data.outcome.time_months);
  add_numbers(data.outcome.event);
  add_numbers(data.endpoint->report_at);
  for (const auto& column : data.frame.columns) {
    parts.push_back(column.name);
    add_numbers(column.values);
    parts.push_back(join(column.levels, "\n"));
  }
  for (const auto* item : cases)
    for (const auto& table : item->tables)
      if (!table.perturbed_hash.empty()) {
        parts.push_back(table.perturbed_hash);
        add_numbers(std::vector<double>{table.minimum_icc});
      }
  return hash_of(parts);
}

}  // namespace

std::set<std::string> groups_of_kind(const std::string& kind_or_twin) {
  const std::string kind = plain_kind(kind_or_twin);
  if (kind == "clinical") return {"clinical"};
  if (kind == "radiomics") return {"radiomics"};
  if (kind == "combined") return {"clinical", "radiomics", learn::kScoreGroup};
  if (kind == kTables) return {"clinical", "radiomics"};
  if (kind == "volume") return {"radiomics", kVolumeGroup};
  if (kind == "random") return {learn::kRandomGroup};
  return {};
}

std::vector<learn::Column> clinical_columns(const StudyFile& file, const PatientValues& values, PredictionPoint at) {
  const PatientView view(file, values, at);
  std::vector<learn::Column> columns;
  for (const auto& id : file.clinical_predictors) {
    const Variable& variable = *file.find_variable(id);
    const Datum datum = view(id);
    learn::Column column;
    column.name = id;
    column.group = "clinical";
    if (variable.type == VariableType::number) {
      column.kind = learn::ColumnKind::numeric;
      const double* number = std::get_if<double>(&datum);
      const bool* truth = std::get_if<bool>(&datum);  // of a formula that compares
      const double value = number != nullptr ? *number : truth != nullptr ? (*truth ? 1.0 : 0.0) : kNaN;
      column.values = {variable.log_scale ? std::log1p(value) : value};
    } else {
      column.kind = learn::ColumnKind::categorical;
      const std::string* level = std::get_if<std::string>(&datum);
      column.levels = {level == nullptr ? "" : *level};
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

DatasetSource::DatasetSource(const Study& study)
    : snapshot_(study),
      guard_(study.file, snapshot_.values),
      extracted_(extracted_cases(study)),
      shared_(shared_units(duplicate_images(study))) {}

Dataset DatasetSource::dataset_of(const Endpoint& endpoint) const {
  const Study& study = snapshot_.study;
  const StudyFile& file = study.file;
  check_predictors(file, endpoint);
  Dataset data;
  data.endpoint = &endpoint;
  data.twins = guard_.later_twins(endpoint);
  refuse_copies(endpoint, data.twins);
  data.outcome.kind = endpoint.type == EndpointType::binary ? learn::OutcomeKind::binary : learn::OutcomeKind::survival;
  const bool uses_images = !file.extraction.empty() || file.crop;
  const ValuesByPatient& predicting = snapshot_.values_at(endpoint.at);
  std::vector<const ExtractedCase*> cases;
  for (const auto& patient : snapshot_.patients) {
    if (snapshot_.eligibility_of(patient) != Eligibility::eligible) continue;
    ++data.eligible;
    const Outcome& outcome = snapshot_.outcome_of(patient, endpoint);
    if (outcome.state != OutcomeState::known) {
      leave_out(outcome, patient, data);
      continue;
    }
    const auto item = extracted_.find(patient);
    if (uses_images && item == extracted_.end()) {
      ++data.without_image;
      continue;
    }
    data.patients.push_back(patient);
    const auto shared = shared_.find(patient);
    data.units.push_back(shared == shared_.end() ? patient : shared->second);
    data.centres.push_back(snapshot_.centre_of(patient));
    if (endpoint.type == EndpointType::binary) {
      data.outcome.label.push_back(outcome.label);
    } else {
      data.outcome.time_months.push_back(outcome.time_months);
      data.outcome.event.push_back(outcome.event == 1 ? 1 : 0);
      data.causes.push_back(outcome.event);
      data.competing += outcome.event == 2 ? 1 : 0;
    }
    append_row(clinical_columns(file, values_of(predicting, patient), endpoint.at), data.frame);
    if (item != extracted_.end()) {
      cases.push_back(&item->second);
      data.crops.push_back(item->second.crops);
      data.image_hashes.push_back(first_crop(file, item->second.crops));
    }
  }
  data.frame.rows = data.patients.size();
  for (std::size_t t = 0; !cases.empty() && t < cases.front()->tables.size(); ++t) add_features(study, cases, t, data);
  if (volume_columns(file, data.frame).empty()) add_enclosed_volume(cases, data);
  data.frame.batches = data.centres;

  refuse(file, snapshot_.values, data);
  if (endpoint.type == EndpointType::competing)
    data.notes.push_back(
        "cause-specific: " + std::to_string(data.competing) +
        " patients are censored at a competing event; the models rank the hazard of the event itself, and "
        "one minus their survival overstates its probability");
  data.hash = content_hash(data, cases);
  return data;
}

std::vector<Dataset> DatasetSource::modelled() const {
  const StudyFile& file = snapshot_.study.file;
  std::vector<Dataset> datasets;
  for (const Endpoint* endpoint : file.modelled_endpoints()) datasets.push_back(dataset_of(*endpoint));
  if (!uses_networks(file)) return datasets;
  std::map<PredictionPoint, std::string> hashes;
  for (Dataset& dataset : datasets) {
    std::string& hash = hashes[dataset.endpoint->at];
    if (hash.empty()) hash = network_cohort(file, datasets, dataset.endpoint->at).hash;
    dataset.network_hash = hash;
  }
  return datasets;
}

std::vector<learn::SuspectColumn> suspect_predictors(const Dataset& dataset) {
  if (dataset.patients.empty()) return {};
  return learn::scan_columns(dataset.frame.select_groups({"clinical"}), dataset.outcome);
}

void check_some_outcome(const std::vector<Dataset>& datasets) {
  std::string message;
  for (const Dataset& dataset : datasets) {
    if (!dataset.no_outcome) return;
    message += "\n  " + dataset.endpoint->id + ": " + dataset.refused;
  }
  if (!message.empty()) throw Error(ErrorCode::not_ready, "no endpoint has an outcome yet:" + message);
}

}  // namespace larc::study
