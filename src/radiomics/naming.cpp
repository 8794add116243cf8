#include "radiomics/naming.h"

#include "core/error.h"
#include "radiomics/feature_table.h"

namespace larc::radiomics {

std::string to_string(Naming naming) {
  return naming == Naming::pyradiomics ? "pyradiomics" : "ibsi";
}

Naming parse_naming(const std::string& text) {
  if (text == "pyradiomics") return Naming::pyradiomics;
  if (text == "ibsi") return Naming::ibsi;
  throw Error(ErrorCode::domain, "naming is '" + text + "'; choose pyradiomics or ibsi");
}

bool has_name(const FeatureRow& row, Naming naming) {
  return naming == Naming::pyradiomics ? row.in_pyradiomics : !row.ibsi_tag.empty();
}

std::string feature_name(const FeatureRow& row, Naming naming, const std::string& image_type) {
  if (!has_name(row, naming)) return "";
  return naming == Naming::pyradiomics ? image_type + "_" + row.id : row.ibsi_tag;
}

}  // namespace larc::radiomics
