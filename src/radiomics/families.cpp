#include "radiomics/families.h"

#include "core/error.h"
#include "core/text.h"
#include "radiomics/first_order.h"
#include "radiomics/glcm.h"
#include "radiomics/shape.h"

namespace larc::radiomics {

const std::vector<FamilyDescriptor>& families() {
  static const std::vector<FamilyDescriptor> list{
      {"firstorder", true, false, compute_first_order},
      {"shape", false, false, compute_shape},
      {"glcm", true, true, compute_glcm},
  };
  return list;
}

const FamilyDescriptor& find_family(const std::string& name) {
  std::vector<std::string> names;
  for (const FamilyDescriptor& family : families()) {
    if (family.name == name) return family;
    names.push_back(family.name);
  }
  throw Error(ErrorCode::domain, "radiomics setting 'families' names '" + name + "'; choose from " + join(names, ", "));
}

FeatureCollector::FeatureCollector(std::string family, Naming naming) : family_(std::move(family)), naming_(naming) {}

bool FeatureCollector::wants(std::string_view id) const {
  const FeatureRow* row = feature_table().find(id);
  return row != nullptr && row->family == family_ && has_name(*row, naming_);
}

void FeatureCollector::add(std::string_view id, double value) {
  const FeatureRow* row = feature_table().find(id);
  if (row == nullptr || row->id != id || row->family != family_)
    throw Error(ErrorCode::internal, "feature '" + std::string(id) + "' is not in features.csv under " + family_);
  if (has_name(*row, naming_)) values_[row] = value;
}

std::vector<std::pair<const FeatureRow*, double>> FeatureCollector::take() const {
  std::vector<std::pair<const FeatureRow*, double>> rows;
  for (const FeatureRow& row : feature_table().rows()) {
    if (row.family != family_ || !has_name(row, naming_)) continue;
    const auto found = values_.find(&row);
    if (found == values_.end()) throw Error(ErrorCode::internal, "feature '" + row.id + "' was not computed");
    rows.emplace_back(&row, found->second);
  }
  return rows;
}

}  // namespace larc::radiomics
