#include "radiomics/feature_table.h"

#include "core/csv.h"
#include "core/error.h"

namespace larc::radiomics {

extern const char* const kFeatureTableText;

FeatureTable::FeatureTable(std::vector<FeatureRow> rows) : rows_(std::move(rows)) {
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    index_.emplace(rows_[r].id, r);
    if (!rows_[r].ibsi_tag.empty()) index_.emplace(rows_[r].ibsi_tag, r);
  }
}

const FeatureRow* FeatureTable::find(std::string_view name) const {
  const auto lookup = [&](std::string_view text) -> const FeatureRow* {
    if (const auto found = index_.find(text); found != index_.end()) return &rows_[found->second];
    static const std::vector<std::string> suffixes{"_2D_avg",  "_2D_comb", "_2_5D_avg", "_2_5D_comb", "_3D_avg",
                                                   "_3D_comb", "_2D",      "_2_5D",     "_3D"};
    for (const std::string& end : suffixes) {
      if (!text.ends_with(end)) continue;
      const auto found = index_.find(text.substr(0, text.size() - end.size()));
      if (found != index_.end() && rows_[found->second].ibsi_tag == found->first) return &rows_[found->second];
    }
    return nullptr;
  };
  if (const FeatureRow* row = lookup(name)) return row;
  const std::size_t prefix = name.find('_');
  return prefix == std::string_view::npos ? nullptr : lookup(name.substr(prefix + 1));
}

FeatureTable parse_feature_table(const std::string& csv_text, const std::string& name) {
  const CsvTable csv = parse_csv(csv_text, name);
  std::vector<FeatureRow> rows;
  std::set<std::string> names;
  for (std::size_t r = 0; r < csv.rows.size(); ++r) {
    const auto cell = [&](const char* column) { return csv.rows[r][csv.column(column)]; };
    const auto bad = [&](const char* column, const std::string& message) {
      return Error(ErrorCode::format, csv.where(r, csv.column(column)) + ": " + message);
    };
    const std::string pyradiomics = cell("pyradiomics");
    if (pyradiomics != "yes" && pyradiomics != "on request" && pyradiomics != "no")
      throw bad("pyradiomics", "is '" + pyradiomics + "'; write yes, on request or no");
    FeatureRow row{cell("id"),
                   cell("family"),
                   pyradiomics == "yes"  ? InPyRadiomics::yes
                   : pyradiomics == "no" ? InPyRadiomics::no
                                         : InPyRadiomics::on_request,
                   cell("ibsi_tag"),
                   cell("ibsi_code"),
                   cell("unit"),
                   cell("definition"),
                   cell("undefined_when"),
                   cell("label_en"),
                   cell("label_zh")};
    for (const char* column : {"id", "family", "unit", "definition", "undefined_when", "label_en", "label_zh"})
      if (cell(column).empty()) throw bad(column, "is empty; every feature needs it");
    if (row.ibsi_tag.empty() != row.ibsi_code.empty()) throw bad("ibsi_code", "tag and code go together");
    if (!names.insert(row.id).second) throw bad("id", "'" + row.id + "' stands twice");
    if (!row.ibsi_tag.empty() && row.ibsi_tag != row.id && !names.insert(row.ibsi_tag).second)
      throw bad("ibsi_tag", "'" + row.ibsi_tag + "' stands twice");
    rows.push_back(std::move(row));
  }
  return FeatureTable(std::move(rows));
}

const FeatureTable& feature_table() {
  static const FeatureTable table = parse_feature_table(kFeatureTableText, "features.csv");
  return table;
}

}  // namespace larc::radiomics
