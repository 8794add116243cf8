#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "radiomics/feature_table.h"
#include "radiomics/region.h"

namespace larc::radiomics {

class FeatureCollector;

/// One family of features.
struct FamilyDescriptor {
  std::string name;  // as in the `family` column of features.csv and the `families` setting
  std::string label_en;
  std::string label_zh;
  bool needs_levels;  // uses RegionView::levels
  bool is_texture;    // says little with few grey levels: these are noted
  void (*compute)(const RegionView& region, FeatureCollector& out);
  Aggregates aggregates = Aggregates::none;
  bool is_shape = false;  // of the region alone: not computed again for derived images
};

/// Takes the values one family computes; what a feature is called and why it may be undefined comes from the table.
class FeatureCollector {
 public:
  struct Item {
    const FeatureRow* row;
    Aggregation aggregation;
    double value;
  };

  FeatureCollector(const FamilyDescriptor& family, const ExtractionSettings& settings);
  /// The aggregations to compute, at least one; `none` for families without.
  const std::vector<Aggregation>& aggregations() const { return aggregations_; }
  bool wants(Aggregation aggregation) const;
  /// Whether anybody asked for it: costly features look before they compute.
  bool wants(std::string_view id) const;
  /// A value that is not finite is undefined. Values nobody wants are dropped.
  /// errors internal: an id that features.csv does not list under this family
  void add(std::string_view id, double value, Aggregation aggregation = Aggregation::none);
  /// What is wanted of the family: by aggregation, each in the table's order.
  /// errors internal: a wanted feature was not added
  std::vector<Item> take() const;

 private:
  std::string family_;
  std::vector<Aggregation> aggregations_;
  std::vector<const FeatureRow*> wanted_;  // in the table's order
  std::vector<double> values_;             // aggregation-major
  std::vector<bool> added_;
};

/// All families, in the order of results.
const std::vector<FamilyDescriptor>& families();
/// errors domain: no such family (names those there are)
const FamilyDescriptor& find_family(const std::string& name);

/// What people read in place of a feature's name: its label, family, and the image and aggregation where they are not
/// the usual ones: "Contrast (texture, wavelet-LLH)".
struct FeatureLabel {
  std::string en;
  std::string zh;
};
/// name  as FeatureTable::find takes it; nothing when there is no such feature
std::optional<FeatureLabel> feature_label(std::string_view name);

/// The table's rows that the settings ask for of one family: all of the naming, without PyRadiomics' deprecated ones,
/// or those that `selected` names.
std::vector<const FeatureRow*> wanted_rows(const std::string& family, const ExtractionSettings& settings);

}  // namespace larc::radiomics
