#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace larc::radiomics {

/// Whether PyRadiomics has a feature of this name.
enum class InPyRadiomics {
  no,
  on_request,  // deprecated there: computed only where a parameter file names it
  yes          // computed without asking
};

/// One feature as features.csv describes it.
struct FeatureRow {
  std::string id;      // PyRadiomics' name without image type (glcm_Contrast); the IBSI tag where it has none
  std::string family;  // firstorder, shape, glcm
  InPyRadiomics pyradiomics;
  std::string ibsi_tag;        // without the suffix of aggregated families; empty: not an IBSI feature
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
  /// By id, by IBSI tag with or without its suffix (cm_contrast_3D_avg), or by either with an image type before it
  /// (original_glcm_Contrast, wavelet-LLH_glcm_Contrast); null when there is none.
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
