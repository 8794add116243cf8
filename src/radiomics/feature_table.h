#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace larc::radiomics {

/// One feature as features.csv describes it.
struct FeatureRow {
  std::string id;              // PyRadiomics' name without image type (glcm_Contrast); the IBSI tag where it has none
  std::string family;          // firstorder, shape, glcm
  bool in_pyradiomics;         // computed by PyRadiomics without asking; its deprecated features are not
  std::string ibsi_tag;        // empty: not an IBSI feature
  std::string ibsi_code;       // four characters, empty without a tag
  std::string unit;            // "1" no unit, "intensity" unit of the image, mm, mm2, mm3 and products
  std::string definition;      // where the definition stands
  std::string undefined_when;  // the reason given beside NaN
  std::string label_en;
  std::string label_zh;
};

/// All features in the order in which results list them.
class FeatureTable {
 public:
  explicit FeatureTable(std::vector<FeatureRow> rows);
  const std::vector<FeatureRow>& rows() const { return rows_; }
  /// By id, by IBSI tag, or by PyRadiomics name with an image type (original_glcm_Contrast, wavelet-LLH_glcm_Contrast);
  /// null when there is none.
  const FeatureRow* find(std::string_view name) const;

 private:
  std::vector<FeatureRow> rows_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

/// The table built into the program.
const FeatureTable& feature_table();

/// errors format (missing column or text, an id or tag twice: file, line)
FeatureTable parse_feature_table(const std::string& csv_text, const std::string& name);

}  // namespace larc::radiomics
