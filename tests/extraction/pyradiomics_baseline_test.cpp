// Oracle: the baseline tables of PyRadiomics (versions 1.3 to 3.0, as their rows diagnostics_Versions_* say), which its
// own tests hold it to: every column whose image is at hand, with the settings that its row
// diagnostics_Configuration_Settings gives, from the files. Tolerance: 1e-9 relative; 1e-6 for shape, whose baseline
// was printed with 12 digits. The diagnostics_* rows (hash, box, centre, ...) of image and mask agree too.
//
// What cannot agree:
// - brain1, SurfaceArea and MeshVolume (and Sphericity, SurfaceVolumeRatio from them): the baseline is older than
//   PyRadiomics' present table of triangles; today's PyRadiomics differs from it by 7.9e-4 and 1.2e-4, as larc does.
// - *_flatRegion: PyRadiomics gives 0 or 1 for what is undefined in a region of one grey level; larc gives NaN with the
//   reason. Where larc gives a value, it agrees.
// - an entropy of -3.2e-16 there is what PyRadiomics' log2(p + 2.2e-16) leaves of 0.
// - lung1, lung2: only their masks are at hand.
// The masks of the shape2D columns are not at hand either: they are the slice that the row Mask-corrected_BoundingBox
// names, as an image of its own (its hash and centre say so), put onto the image by `correctMask`.
#include "core/csv.h"
#include "core/number.h"
#include "extraction_support.h"
#include "radiomics/families.h"

namespace larc::extraction {
namespace {

std::filesystem::path folder() {
  return test::data_root() / "imaging/pyradiomics_data";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// A Python literal of the baseline.
Json from_python(const std::string& text) {
  return parse_yaml(replaced(replaced(replaced(text, "None", "null"), "(", "["), ")", "]"), "baseline");
}

struct Baseline {
  explicit Baseline(const std::string& family)
      : csv(read_csv(folder() / "baseline" / ("baseline_" + family + ".csv"))) {
    for (std::size_t r = 0; r < csv.rows.size(); ++r) row[csv.rows[r][0]] = r;
  }
  std::string at(const std::string& name, std::size_t column) const {
    const auto found = row.find(name);
    return found == row.end() ? "" : csv.rows[found->second][column];
  }
  CsvTable csv;
  std::map<std::string, std::size_t> row;
};

double tolerance_of(const std::string& test_case, const std::string& name) {
  static const std::map<std::string, double> older{{"original_shape_SurfaceArea", 8e-4},
                                                   {"original_shape_MeshVolume", 1.3e-4},
                                                   {"original_shape_Sphericity", 9e-4},
                                                   {"original_shape_SurfaceVolumeRatio", 1e-3}};
  if (test_case == "brain1")
    if (const auto found = older.find(name); found != older.end()) return found->second;
  return name.starts_with("original_shape") ? 1e-6 : 1e-9;
}

void compare_diagnostics(const Baseline& baseline, std::size_t column, const Json& found) {
  for (const auto& [name, value] : found.items()) {
    if (!name.starts_with("diagnostics_Image") && !name.starts_with("diagnostics_Mask")) continue;
    const std::string text = baseline.at(name, column);
    if (text.empty()) continue;
    if (value.is_string()) {
      EXPECT_EQ(value, text) << name;
      continue;
    }
    const Json expected = from_python(text);
    const auto near = [&](const Json& a, const Json& b) {
      EXPECT_NEAR(a.get<double>(), b.get<double>(), 1e-9 * std::max(1.0, std::abs(b.get<double>()))) << name;
    };
    if (!value.is_array()) {
      near(value, expected);
      continue;
    }
    ASSERT_EQ(value.size(), expected.size()) << name;
    for (std::size_t i = 0; i < value.size(); ++i) near(value[i], expected[i]);
  }
}

// The mask of a column: its file, or the one slice of shape2D cut out of it.
std::filesystem::path mask_of(const Baseline& baseline, std::size_t column, const std::string& test_case,
                              const std::filesystem::path& scratch) {
  const auto underscore = test_case.find("_2D");
  const auto file = folder() / (test_case.substr(0, underscore) + "_label.nrrd");
  if (underscore == std::string::npos) return file;
  const int slice = from_python(baseline.at("diagnostics_Mask-corrected_BoundingBox", column))[2].get<int>();
  const image::Volume map = io::read_image(file);
  const image::Box box{{0, 0, slice}, {map.geometry.size[0] - 1, map.geometry.size[1] - 1, slice}};
  io::write_image(scratch / "slice.nrrd", image::crop(map, box));
  return scratch / "slice.nrrd";
}

// Columns compared and values compared.
std::array<int, 2> compare(const std::string& family) {
  const Baseline baseline(family);
  const test::TemporaryFolder scratch;
  std::array<int, 2> compared{0, 0};
  for (std::size_t column = 1; column < baseline.csv.header.size(); ++column) {
    const std::string name = baseline.csv.header[column];
    const std::string test_case = baseline.at("diagnostics_Configuration_TestCase", column);
    const std::string image_name = test_case.substr(0, test_case.find('_'));
    const auto image_file = folder() / (image_name + "_image.nrrd");
    if (!std::filesystem::exists(image_file)) continue;
    SCOPED_TRACE(family + " " + name);
    const Plan plan = make_plan({{"imageType", {{"Original", Json::object()}}},
                                 {"featureClass", {{family, nullptr}}},
                                 {"setting", from_python(baseline.at("diagnostics_Configuration_Settings", column))}},
                                name);
    BatchRow row;
    row.image = image_file;
    row.mask = mask_of(baseline, column, test_case, scratch.path());
    const auto results = extract_row(plan, row);
    EXPECT_EQ(results.front().error, "");
    const auto values = test::values_of(results.front().result);
    const bool flat = name.ends_with("_flatRegion");
    for (const auto& [feature, r] : baseline.row) {
      if (!feature.starts_with("original_")) continue;
      const double expected = *parse_double(baseline.csv.rows[r][column]);
      const auto found = values.find(feature);
      if (found == values.end()) {
        ADD_FAILURE() << feature << " is not computed";
        continue;
      }
      if (flat && std::isnan(found->second)) continue;
      const double relative = tolerance_of(test_case, feature);
      const bool zero = std::abs(expected) < 1e-15;
      EXPECT_NEAR(found->second, expected, zero ? relative : relative * std::abs(expected)) << feature;
      ++compared[1];
    }
    compare_diagnostics(baseline, column, results.front().result.diagnostics);
    ++compared[0];
  }
  return compared;
}

TEST(PyRadiomicsBaseline, EveryColumnWhoseImageIsThereAgrees) {
  LARC_NEEDS_DATA("imaging/pyradiomics_data/baseline/baseline_firstorder.csv");
  const std::map<std::string, std::array<int, 2>> expected{
      {"firstorder", {12, 216}}, {"shape", {6, 84}},   {"shape2D", {3, 27}}, {"glcm", {24, 504}},
      {"glrlm", {24, 336}},      {"glszm", {21, 336}}, {"gldm", {21, 294}},  {"ngtdm", {21, 93}}};
  for (const auto& [family, count] : expected) EXPECT_EQ(compare(family), count) << family;
}

}  // namespace
}  // namespace larc::extraction
