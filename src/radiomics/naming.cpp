#include "radiomics/naming.h"

#include "core/error.h"
#include "core/text.h"
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

std::string suffix(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::none:
      return "";
    case Aggregation::average_2d:
      return "2D_avg";
    case Aggregation::merged_2d:
      return "2D_comb";
    case Aggregation::average_2_5d:
      return "2_5D_avg";
    case Aggregation::merged_2_5d:
      return "2_5D_comb";
    case Aggregation::average_3d:
      return "3D_avg";
    case Aggregation::merged_3d:
      return "3D_comb";
    case Aggregation::by_slice:
      return "2D";
    case Aggregation::slices_merged:
      return "2_5D";
    case Aggregation::volume:
      break;
  }
  return "3D";
}

Aggregation parse_aggregation(const std::string& text) {
  std::vector<std::string> choices;
  for (const Aggregation aggregation : {Aggregation::average_2d, Aggregation::merged_2d, Aggregation::average_2_5d,
                                        Aggregation::merged_2_5d, Aggregation::average_3d, Aggregation::merged_3d}) {
    if (text == suffix(aggregation)) return aggregation;
    choices.push_back(suffix(aggregation));
  }
  throw Error(ErrorCode::domain,
              "radiomics setting 'aggregations' names '" + text + "'; choose from " + join(choices, ", "));
}

Aggregation without_directions(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::none:
      return Aggregation::none;
    case Aggregation::average_2d:
    case Aggregation::merged_2d:
    case Aggregation::by_slice:
      return Aggregation::by_slice;
    case Aggregation::average_2_5d:
    case Aggregation::merged_2_5d:
    case Aggregation::slices_merged:
      return Aggregation::slices_merged;
    case Aggregation::average_3d:
    case Aggregation::merged_3d:
    case Aggregation::volume:
      break;
  }
  return Aggregation::volume;
}

bool has_name(const FeatureRow& row, Naming naming) {
  return naming == Naming::pyradiomics ? row.pyradiomics != InPyRadiomics::no : !row.ibsi_tag.empty();
}

std::string feature_name(const FeatureRow& row, Naming naming, Aggregation aggregation, const std::string& image_type) {
  if (!has_name(row, naming)) return "";
  std::string name = image_type;
  if (naming == Naming::pyradiomics && name.empty()) name = "original";
  if (!name.empty()) name.append("_");
  if (naming == Naming::pyradiomics) return name.append(row.id);
  name.append(row.ibsi_tag);
  if (aggregation != Aggregation::none) name.append("_").append(suffix(aggregation));
  return name;
}

}  // namespace larc::radiomics
