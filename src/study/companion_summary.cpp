#include "study/companion_summary.h"

#include "core/number.h"
#include "learn/baseline.h"
#include "learn/sample_size.h"
#include "study/column_label.h"
#include "study/companions.h"
#include "study/validate.h"

namespace larc::study {

namespace {

const char* metric_of(const Dataset& dataset) {
  return dataset.outcome.kind == learn::OutcomeKind::binary ? "auc" : "c_harrell";
}

Json estimate_json(const Dataset& dataset, const learn::FoldConcordance& value) {
  return {{"metric", metric_of(dataset)},
          {"value", number_or_null(value.value)},
          {"lower", number_or_null(value.lower)},
          {"upper", number_or_null(value.upper)}};
}

Json difference_json(const stats::PairedResult& result) {
  return {{"difference", number_or_null(result.difference)},
          {"lower", number_or_null(result.lower)},
          {"upper", number_or_null(result.upper)},
          {"p", number_or_null(result.p)}};
}

/// Held-out scores of one kind of model and what was said while they were made.
struct Scores {
  std::vector<learn::FoldScores> folds;
  std::map<std::string, std::size_t> notes;
  std::string reason;  // why there are none

  void add_notes(const Json& unit) {
    for (const auto& note : unit.value("notes", Json::array())) ++notes[note.get<std::string>()];
  }
  /// Why no fit was harmonised; empty where one was. The scores are then those of the plain model.
  std::string never_harmonised() const {
    std::size_t fits = 0;
    std::string first;
    for (const auto& [note, count] : notes) {
      if (!note.starts_with("not harmonised")) continue;
      fits += count;
      if (first.empty()) first = note;
    }
    return fits == folds.size() ? first : "";
  }
  Json notes_json() const {
    Json list = Json::array();
    for (const auto& [note, count] : notes)
      list.push_back(note + " (" + std::to_string(count) + " of " + std::to_string(folds.size()) + " fits)");
    return list;
  }
};

Scores internal_scores(const Study& study, const Dataset& dataset, const std::string& kind, int repeats,
                       const Units& units) {
  Scores scores;
  const std::string input = validation_input(study.file, dataset, kind, validation_seed(study));
  for (int repeat = 0; repeat < repeats; ++repeat)
    for (int fold = 1; fold <= study.file.validation.folds; ++fold) {
      const auto unit =
          finished_unit(units, unit_id(*dataset.endpoint, kind, fold_part(repeat, fold)), input, scores.reason);
      if (!unit) return scores;
      scores.folds.push_back(unit_scores(*unit, repeat));
      scores.add_notes(*unit);
    }
  return scores;
}

learn::FoldConcordance concordance(const Dataset& dataset, const Scores& scores) {
  return learn::fold_concordance(dataset.outcome, scores.folds);
}

/// One kind of model over left-out centres.
struct LeftOut {
  std::string kind;
  Scores scores;
  std::vector<learn::FoldConcordance> of_centre;  // in the order of the centres
  std::string failure;                            // of the first centre that could not be predicted
};

LeftOut left_out(const Study& study, const Dataset& dataset, const std::string& kind, const Units& units) {
  LeftOut result{kind, {}, {}, ""};
  const std::string input = validation_input(study.file, dataset, kind, validation_seed(study));
  for (const auto& centre : centres_of(dataset)) {
    std::string reason;
    const auto unit = finished_unit(units, unit_id(*dataset.endpoint, kind, centre_part(centre)), input, reason);
    if (unit && unit->contains("failure")) reason = (*unit)["failure"].get<std::string>();
    learn::FoldConcordance value;
    value.reason = reason;
    if (reason.empty()) {
      result.scores.folds.push_back(unit_scores(*unit, 0));
      result.scores.add_notes(*unit);
      value = learn::fold_concordance(dataset.outcome, {result.scores.folds.back()});
    } else if (result.failure.empty()) {
      result.failure = centre_part(centre) + ": " + reason;
    }
    result.of_centre.push_back(std::move(value));
  }
  if (result.failure.empty() && is_harmonised(kind)) result.failure = result.scores.never_harmonised();
  return result;
}

Json left_out_json(const Dataset& dataset, const LeftOut& model) {
  Json json =
      estimate_json(dataset, model.failure.empty() ? concordance(dataset, model.scores) : learn::FoldConcordance{});
  json["kind"] = plain_kind(model.kind);
  json["baseline"] = is_baseline(model.kind);
  json["harmonised"] = is_harmonised(model.kind);
  json["refused"] = model.failure.empty() ? Json(nullptr) : Json(model.failure);
  json["centres"] = Json::array();
  const auto centres = centres_of(dataset);
  for (std::size_t c = 0; c < centres.size(); ++c) {
    const auto& value = model.of_centre[c];
    json["centres"].push_back({{"centre", centres[c]},
                               {"value", number_or_null(value.value)},
                               {"lower", number_or_null(value.lower)},
                               {"upper", number_or_null(value.upper)},
                               {"note", value.reason.empty() ? Json(nullptr) : Json(value.reason)}});
  }
  json["notes"] = model.scores.notes_json();
  return json;
}

const LeftOut* find(const std::vector<LeftOut>& models, const std::string& kind) {
  for (const auto& model : models)
    if (model.kind == kind && model.failure.empty()) return &model;
  return nullptr;
}

/// Rows and events of each centre.
Json centre_sizes(const Dataset& dataset) {
  Json list = Json::array();
  for (const auto& centre : centres_of(dataset)) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < dataset.centres.size(); ++row)
      if (dataset.centres[row] == centre) rows.push_back(row);
    list.push_back({{"id", centre}, {"n", rows.size()}, {"events", dataset.outcome.select_rows(rows).events()}});
  }
  return list;
}

std::string capitalised(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

Json baselines_json(const Study& study, const Dataset& dataset, const Units& units) {
  Json list = Json::array();
  for (const auto& kind : companions_of(study.file, dataset)) {
    if (!is_baseline(kind)) continue;
    const Scores scores = internal_scores(study, dataset, kind, repeats_of(study.file, kind), units);
    Json entry = {
        {"kind", kind},
        {"refused", scores.reason.empty() ? Json(nullptr) : Json(scores.reason)},
        {"columns", kind == "volume" ? Json(volume_columns(study.file, dataset.frame)) : Json::array()},
        {"internal", scores.reason.empty() ? estimate_json(dataset, concordance(dataset, scores)) : Json(nullptr)},
        {"notes", scores.notes_json()}};
    list.push_back(std::move(entry));
  }
  return list;
}

Json against_baselines_json(const Study& study, const Dataset& dataset, const std::vector<std::string>& kinds,
                            const Units& units) {
  Json list = Json::array();
  for (const auto& kind : kinds) {
    for (const auto& baseline : companions_of(study.file, dataset)) {
      if (!is_baseline(baseline) || !is_compared(kind, baseline)) continue;
      // On the repeats both have, so that the two saw the same folds.
      const int repeats = std::min(repeats_of(study.file, kind), repeats_of(study.file, baseline));
      const Scores a = internal_scores(study, dataset, kind, repeats, units);
      const Scores b = internal_scores(study, dataset, baseline, repeats, units);
      if (a.reason.empty() && b.reason.empty())
        list.push_back(
            to_json(learn::against_baseline(kind, concordance(dataset, a), baseline, concordance(dataset, b))));
    }
  }
  return list;
}

Json harmonisation_json(const Study& study, const Dataset& dataset, const Units& units) {
  Json list = Json::array();
  for (const auto& kind : companions_of(study.file, dataset)) {
    if (!is_harmonised(kind)) continue;
    const int repeats = repeats_of(study.file, kind);
    Scores with = internal_scores(study, dataset, kind, repeats, units);
    if (with.reason.empty()) with.reason = with.never_harmonised();
    const Scores without = internal_scores(study, dataset, plain_kind(kind), repeats, units);
    if (!with.reason.empty() || !without.reason.empty()) {
      list.push_back({{"kind", plain_kind(kind)}, {"refused", with.reason.empty() ? without.reason : with.reason}});
      continue;
    }
    const auto a = concordance(dataset, with), b = concordance(dataset, without);
    Json entry = difference_json(learn::paired_fold_concordance(a, b));
    entry["kind"] = plain_kind(kind);
    entry["refused"] = nullptr;
    entry["with"] = estimate_json(dataset, a);
    entry["without"] = estimate_json(dataset, b);
    entry["notes"] = with.notes_json();
    list.push_back(std::move(entry));
  }
  return list.empty() ? Json(nullptr) : Json{{"method", "combat"}, {"internal", list}};
}

Json centres_json(const Study& study, const Dataset& dataset, const std::vector<std::string>& kinds,
                  const Units& units) {
  if (!dataset.refused.empty() || centres_of(dataset).size() < 2) return nullptr;
  std::vector<std::string> all = kinds;
  if (all.empty()) return nullptr;
  for (const auto& kind : companions_of(study.file, dataset)) all.push_back(kind);
  std::vector<LeftOut> models;
  Json list = Json::array();
  for (const auto& kind : all) {
    models.push_back(left_out(study, dataset, kind, units));
    list.push_back(left_out_json(dataset, models.back()));
  }
  Json against = Json::array(), harmonisation = Json::array();
  for (const auto& model : models) {
    if (!model.failure.empty()) continue;
    for (const char* baseline : {"volume", "random", kTables})
      if (const LeftOut* other = find(models, baseline); other != nullptr && is_compared(model.kind, baseline))
        against.push_back(to_json(learn::against_baseline(model.kind, concordance(dataset, model.scores), baseline,
                                                          concordance(dataset, other->scores))));
    const LeftOut* plain = is_harmonised(model.kind) ? find(models, plain_kind(model.kind)) : nullptr;
    if (plain == nullptr) continue;
    harmonisation.push_back(difference_json(
        learn::paired_fold_concordance(concordance(dataset, model.scores), concordance(dataset, plain->scores))));
    harmonisation.back()["kind"] = plain->kind;
  }
  return {{"centres", centre_sizes(dataset)},
          {"without_centre", std::count(dataset.centres.begin(), dataset.centres.end(), "")},
          {"models", list},
          {"against_baselines", against},
          {"harmonisation", harmonisation}};
}

Json suspects_json(const StudyFile& file, const Dataset& dataset) {
  Json list = Json::array();
  for (const auto& suspect : suspect_predictors(dataset))
    list.push_back({{"column", suspect.column},
                    {"label", to_json(column_label(file, suspect.column))},
                    {"kind", suspect.kind},
                    {"reason", suspect.reason},
                    {"gives_outcome_away", suspect.gives_outcome_away()}});
  for (const auto& twin : dataset.twins)
    list.push_back({{"column", twin.predictor},
                    {"label", to_json(column_label(file, twin.predictor))},
                    {"kind", "later"},
                    {"later", twin.later},
                    {"reason", to_json(describe(file, twin))},
                    {"accepted", twin.accepted},
                    {"gives_outcome_away", false}});
  return list;
}

Json sample_size_json(const StudyFile& file, const Dataset& dataset, const std::string& kind) {
  if (kind == "deep") return nullptr;
  return to_json(
      learn::check_sample_size(dataset.frame, recipe_of(file, dataset, kind).columns, dataset.outcome,
                               dataset.endpoint->report_at.empty() ? kNaN : dataset.endpoint->report_at.front()));
}

Json robustness_json(const Study& study, const Dataset& dataset, const Units& units) {
  struct Tally {
    double icc = 0, minimum = 0, dropped = 0, told = 0, fits = 0;
  };
  if (dataset.frame.repeated.empty()) return nullptr;
  std::map<std::string, Tally> tallies;
  for (const char* kind : {"radiomics", "combined"}) {
    const std::string input = validation_input(study.file, dataset, kind, validation_seed(study));
    for (int repeat = 0; repeat < study.file.validation.repeats; ++repeat)
      for (int fold = 1; fold <= study.file.validation.folds; ++fold) {
        std::string reason;
        const auto unit =
            finished_unit(units, unit_id(*dataset.endpoint, kind, fold_part(repeat, fold)), input, reason);
        if (!unit) continue;
        for (const auto& feature : unit->value("robustness", Json::array())) {
          Tally& tally = tallies[feature[0].get<std::string>()];
          const double icc = number_or_nan(feature[1]);
          tally.fits += 1;
          tally.minimum = feature[2].get<double>();
          tally.dropped += feature[3].get<bool>() ? 0 : 1;
          if (std::isfinite(icc)) {
            tally.icc += icc;
            tally.told += 1;
          }
        }
      }
    if (!tallies.empty()) break;  // the folds of the other kind are the same
  }
  if (tallies.empty()) return nullptr;
  std::vector<std::pair<std::string, Tally>> dropped;
  for (const auto& item : tallies)
    if (item.second.dropped > 0) dropped.push_back(item);
  std::stable_sort(dropped.begin(), dropped.end(), [](const auto& a, const auto& b) {
    return a.second.dropped / a.second.fits > b.second.dropped / b.second.fits;
  });
  Json list = Json::array();
  for (const auto& [name, tally] : dropped)
    list.push_back({{"feature", name},
                    {"label", to_json(column_label(study.file, name))},
                    {"dropped_fraction", tally.dropped / tally.fits},
                    {"icc", tally.told > 0 ? Json(tally.icc / tally.told) : Json(nullptr)},
                    {"minimum_icc", tally.minimum}});
  return {{"measured", tallies.size()}, {"dropped", list}};
}

std::vector<std::string> cautions(const Json& endpoints) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& where, const Json& list) {
    for (const auto& against : list)
      if (against.at("verdict") != "better")
        lines.push_back(where + ": " + capitalised(against.at("statement").get<std::string>()));
  };
  for (const auto& endpoint : endpoints) {
    const std::string id = endpoint.at("id").get<std::string>();
    add(id, endpoint.at("against_baselines"));
    if (!endpoint.at("leave_one_centre_out").is_null())
      add(id + ", leave one centre out", endpoint["leave_one_centre_out"].at("against_baselines"));
  }
  return lines;
}

std::string suspect_sentence(const Endpoint& endpoint, const learn::SuspectColumn& suspect) {
  return "suspect predictor " + suspect.column + " of " + endpoint.id + ": " + suspect.reason +
         (suspect.gives_outcome_away()
              ? "; find out when it is recorded, and take it out of models.clinical_predictors if that is too late"
              : "");
}

std::string twin_sentence(const StudyFile& file, const Dataset& dataset, const LaterTwin& twin) {
  return "suspect predictor " + twin.predictor + " of " + dataset.endpoint->id + ": " + describe(file, twin).en +
         (twin.accepted ? "" : "; find out when it is recorded");
}

}  // namespace larc::study
