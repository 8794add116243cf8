// Oracle: the validated response maps of IBSI 2, phase 1 (github.com/theibsi/ibsi_2_reference_data, ValidCRM files).
// Tolerance: the standard's, 1% of the range of the reference map.
#include "filters/filters_support.h"

namespace larc::filters {
namespace {

struct MapCase {
  const char* id;
  const char* phantom;
};

std::ostream& operator<<(std::ostream& out, const MapCase& map) {
  return out << map.id;
}

class ResponseMap : public testing::TestWithParam<MapCase> {};

TEST_P(ResponseMap, IsWithinOnePercentOfTheReference) {
  LARC_NEEDS_DATA("ibsi/ibsi_2_reference");
  const MapCase map = GetParam();
  std::string file = map.id;
  std::replace(file.begin(), file.end(), '.', '_');
  const image::Volume reference =
      io::read_image(test::data_root() / "ibsi/ibsi_2_reference/reference_response_maps" / (file + "-ValidCRM.nii.gz"));
  const std::string phantom = map.phantom;
  const image::Volume image = io::read_image(test::data_root() / "ibsi/ibsi_2_digital_phantom/nifti" / phantom /
                                             "image" / (phantom + ".nii.gz"));
  const Json filters = example("map_" + std::string(map.id)).at("filters");
  ASSERT_EQ(filters.size(), 1U);
  const image::Volume response = apply(image, FilterSettings::from_json(filters.at(0)));
  const double percent = 100 * greatest_difference(response.voxels, reference.voxels) / range(reference.voxels);
  RecordProperty("greatest_difference_percent", std::to_string(percent));
  EXPECT_LE(percent, 1) << "map " << map.id << ": greatest difference is " << percent << "% of the reference's range";
}

INSTANTIATE_TEST_SUITE_P(
    Ibsi2, ResponseMap,
    testing::Values(MapCase{"1.a.1", "checkerboard"}, MapCase{"1.a.2", "checkerboard"},
                    MapCase{"1.a.3", "checkerboard"}, MapCase{"1.a.4", "checkerboard"}, MapCase{"1.b.1", "impulse"},
                    MapCase{"2.a", "impulse"}, MapCase{"2.b", "checkerboard"}, MapCase{"2.c", "checkerboard"},
                    MapCase{"3.a.1", "impulse"}, MapCase{"3.a.2", "impulse"}, MapCase{"3.a.3", "impulse"},
                    MapCase{"3.b.1", "checkerboard"}, MapCase{"3.b.2", "checkerboard"},
                    MapCase{"3.b.3", "checkerboard"}, MapCase{"3.c.1", "checkerboard"},
                    MapCase{"3.c.2", "checkerboard"}, MapCase{"3.c.3", "checkerboard"}, MapCase{"4.a.1", "impulse"},
                    MapCase{"4.a.2", "impulse"}, MapCase{"4.b.1", "sphere"}, MapCase{"4.b.2", "sphere"},
                    MapCase{"5.a.1", "impulse"}, MapCase{"5.a.2", "impulse"}, MapCase{"6.a.1", "sphere"},
                    MapCase{"6.a.2", "sphere"}, MapCase{"7.a.1", "checkerboard"}, MapCase{"7.a.2", "checkerboard"},
                    MapCase{"8.a.1", "checkerboard"}, MapCase{"8.a.2", "checkerboard"},
                    MapCase{"8.a.3", "checkerboard"}, MapCase{"9.a", "impulse"}, MapCase{"9.b.1", "sphere"},
                    MapCase{"10.b.1", "pattern_1"}),
    [](const testing::TestParamInfo<MapCase>& map) {
      std::string name = map.param.id;
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    });

TEST(ResponseMaps, AreAllTested) {
  LARC_NEEDS_DATA("ibsi/ibsi_2_reference");
  std::size_t maps = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(test::data_root() / "ibsi/ibsi_2_reference/reference_response_maps")) {
    std::string id = file.path().filename().string();
    id = id.substr(0, id.find('-'));
    std::replace(id.begin(), id.end(), '_', '.');
    EXPECT_TRUE(std::filesystem::exists(test::source_root() / "examples/ibsi" / ("map_" + id + ".yaml"))) << id;
    ++maps;
  }
  EXPECT_EQ(maps, 33U);
}

}  // namespace
}  // namespace larc::filters
