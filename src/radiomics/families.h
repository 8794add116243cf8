#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "radiomics/feature_table.h"
#include "radiomics/region.h"

namespace larc::radiomics {

/// Takes the values one family computes; what a feature is called and why it may be undefined comes from the table.
class FeatureCollector {
 public:
  FeatureCollector(std::string family, Naming naming);
  /// Whether anybody asked for it: costly features look before they compute.
  bool wants(std::string_view id) const;
  /// A value that is not finite is undefined. Values nobody wants are dropped.
  /// errors internal: an id that features.csv does not list under this family
  void add(std::string_view id, double value);
  /// Feature rows of the family that are wanted, in the table's order, with their values.
  /// errors internal: a wanted feature was not added
  std::vector<std::pair<const FeatureRow*, double>> take() const;

 private:
  std::string family_;
  Naming naming_;
  std::map<const FeatureRow*, double> values_;
};

/// One family of features.
struct FamilyDescriptor {
  std::string name;   // as in the `family` column of features.csv and the `families` setting
  bool needs_levels;  // uses RegionView::levels
  bool is_texture;    // undefined with fewer than 2 levels
  void (*compute)(const RegionView& region, FeatureCollector& out);
};

/// All families, in the order of results.
const std::vector<FamilyDescriptor>& families();
/// errors domain: no such family (names those there are)
const FamilyDescriptor& find_family(const std::string& name);

}  // namespace larc::radiomics
