#include "extraction/batch.h"

#include <set>
#include <unordered_map>

#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/text.h"
#include "extraction/diagnostics.h"

namespace larc::extraction {

namespace {

std::string text_of(double value) {
  return std::isnan(value) ? "" : format_double(value);
}

bool is_column(const std::string& name) {
  return name.starts_with("diagnostics_") || name.ends_with("_img") || name.ends_with("_roi");
}

/// Column names in the order in which they are first met.
class Columns {
 public:
  void add(const std::string& name) {
    if (place_.emplace(name, names_.size()).second) names_.push_back(name);
  }
  bool has(const std::string& name) const { return place_.contains(name); }
  std::size_t at(const std::string& name) const { return place_.at(name); }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> place_;
};

}  // namespace

LabelChoice parse_labels(const std::vector<std::string>& texts) {
  LabelChoice choice;
  for (const std::string& text : texts)
    for (const std::string& part : split(text, ',')) {
      const std::string word(trim(part));
      if (word == "all") {
        choice.all = true;
        continue;
      }
      const auto label = parse_integer(word);
      if (!label || *label == 0)
        throw Error(ErrorCode::usage, "--label '" + text + "' is not a label; give numbers such as 1 or 1,2, or all");
      if (std::find(choice.labels.begin(), choice.labels.end(), *label) == choice.labels.end())
        choice.labels.push_back(*label);
    }
  if (choice.all && !choice.labels.empty())
    throw Error(ErrorCode::usage, "--label all and numbers contradict each other; give one of them");
  return choice;
}

std::vector<BatchRow> read_batch(const std::filesystem::path& path, const LabelChoice& labels) {
  const CsvTable table = read_csv(path);
  const std::size_t image = table.column("Image"), mask = table.column("Mask");
  const auto label = table.find_column("Label");
  const std::filesystem::path folder = path.parent_path();
  std::vector<BatchRow> rows;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    BatchRow row;
    row.number = r + 1;
    row.image = folder / std::string(trim(table.rows[r][image]));
    row.mask = folder / std::string(trim(table.rows[r][mask]));
    row.labels = labels;
    if (label && !trim(table.rows[r][*label]).empty()) {
      const auto value = parse_double(table.rows[r][*label]);
      if (!value || *value != std::round(*value) || *value == 0)
        throw Error(ErrorCode::format, table.where(r, *label) + " holds '" + table.rows[r][*label] +
                                           "', a label is a whole number other than 0; correct the table");
      row.labels = {false, {static_cast<std::int64_t>(*value)}};
    }
    for (std::size_t c = 0; c < table.header.size(); ++c) row.columns.emplace_back(table.header[c], table.rows[r][c]);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) throw Error(ErrorCode::format, table.name + " has no rows; list images and masks");
  return rows;
}

std::vector<RowResult> extract_row(const Plan& plan, const BatchRow& row, const MapSink& maps, int threads) {
  std::vector<RowResult> results;
  const auto fail = [&](std::int64_t label, const Error& error) {
    results.push_back({row, label, false, {}, error.what(), error.code()});
  };
  try {
    const bool with_sha1 = plan.order == Order::pyradiomics && plan.additional_info;
    std::unique_ptr<ImageSource> image = image_in_file(row.image, plan.order == Order::pyradiomics);
    const LabelMap mask = read_label_map(row.mask, with_sha1);
    std::vector<std::int64_t> labels = row.labels.labels;
    if (row.labels.all) labels = labels_of(mask);
    if (labels.empty()) labels.push_back(plan.label);
    if (labels.size() > 1) image = image_held(*image, with_sha1);
    const auto of_label = [&](std::int64_t label) -> FeatureMapRequest {
      if (!maps || plan.ibsi.response_maps) return {};
      if (labels.size() == 1) return {maps, threads};
      const std::string prefix = "label-" + std::to_string(label) + "_";
      return {[&maps, prefix](const std::string& name, const image::Volume& map) { maps(prefix + name, map); },
              threads};
    };
    for (const std::int64_t label : labels) try {
        results.push_back({row, label, false, extract_case(plan, *image, mask, label, of_label(label)), "", {}});
      } catch (const Error& error) {
        fail(label, error);
      }
    if (maps) response_maps(plan, *image, maps);
  } catch (const Error& error) {
    fail(row.labels.labels.empty() ? plan.label : row.labels.labels.front(), error);
  }
  const bool several = row.labels.all || row.labels.labels.size() > 1;
  for (RowResult& result : results) result.several = several;
  return results;
}

std::vector<RowResult> extract_batch(const Plan& plan, const std::vector<BatchRow>& rows, int threads,
                                     const std::function<MapSink(const BatchRow&)>& maps,
                                     const std::function<void()>& done) {
  std::vector<std::vector<RowResult>> of_row(rows.size());
  parallel_for(rows.size(), threads, [&](std::size_t r) {
    of_row[r] = extract_row(plan, rows[r], maps ? maps(rows[r]) : MapSink{});
    done();
  });
  std::vector<RowResult> results;
  for (auto& list : of_row) std::move(list.begin(), list.end(), std::back_inserter(results));
  return results;
}

std::string format_results(const std::vector<RowResult>& results) {
  Columns columns, computed;
  bool several = false, failed = false;
  for (const RowResult& result : results) {
    for (const auto& [name, text] : result.row.columns) columns.add(name);
    several = several || result.several;
    failed = failed || !result.error.empty();
  }
  if (several) columns.add("Label");
  for (const RowResult& result : results)
    for (const auto& [name, value] : result.result.diagnostics.items())
      if (is_column(name)) computed.add(name);
  for (const RowResult& result : results)
    for (const auto& feature : result.result.features) computed.add(feature.name);
  for (const std::string& name : computed.names()) columns.add(name);
  std::string error_column = "Error";
  while (failed && columns.has(error_column)) error_column.insert(0, "larc_");
  if (failed) columns.add(error_column);

  std::vector<std::vector<std::string>> rows;
  for (const RowResult& result : results) {
    std::vector<std::string> cells(columns.names().size());
    for (const auto& [name, text] : result.row.columns) cells[columns.at(name)] = text;
    if (several) cells[columns.at("Label")] = std::to_string(result.label);
    for (const auto& [name, value] : result.result.diagnostics.items())
      if (is_column(name)) cells[columns.at(name)] = value.is_null() ? "" : python_text(value);
    for (const auto& feature : result.result.features) cells[columns.at(feature.name)] = text_of(feature.value);
    if (failed) cells[columns.at(error_column)] = result.error;
    rows.push_back(std::move(cells));
  }
  return format_csv(columns.names(), rows);
}

Json to_json(const CaseResult& result) {
  Json features = Json::object(), notes = Json::array();
  for (const auto& feature : result.features) {
    features[feature.name] = number_or_null(feature.value);
    if (!feature.reason.empty()) notes.push_back(feature.name + ": " + feature.reason);
  }
  for (const std::string& note : result.notes) notes.push_back(note);
  return {{"features", std::move(features)}, {"diagnostics", result.diagnostics}, {"notes", std::move(notes)}};
}

}  // namespace larc::extraction
