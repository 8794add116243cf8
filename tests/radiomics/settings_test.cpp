// Unit: settings, names and the feature table.
#include "radiomics/settings.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "radiomics/directions.h"
#include "radiomics/families.h"
#include "radiomics/first_order.h"
#include "radiomics/order_statistics.h"
#include "radiomics/shape.h"

namespace larc::radiomics {
namespace {

std::string message_of(const std::string& json) {
  try {
    ExtractionSettings::from_json(parse_json(json, "test"));
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(Settings, RoundTripKeepsEveryKey) {
  ExtractionSettings settings;
  settings.families = {"glcm"};
  settings.binning = Binning::fixed_count;
  settings.bin_count = 48;
  settings.distances = {2};
  settings.glcm_symmetric = false;
  settings.force_2d = true;
  settings.force_2d_axis = 1;
  settings.voxel_array_shift = 1000;
  settings.resegment_range = {-3, 2.5};
  settings.resegment_mode = ResegmentMode::sigma;
  settings.resample_spacing_mm = {0.5, 0.5, 0};
  settings.mesh = MeshRule::closed;
  const Json json = settings.to_json();
  EXPECT_EQ(ExtractionSettings::from_json(json).to_json(), json);
  EXPECT_EQ(ExtractionSettings::from_json(Json::object()).to_json(), ExtractionSettings{}.to_json());
  EXPECT_EQ(ExtractionSettings::from_json(nullptr).to_json(), ExtractionSettings{}.to_json());
}

TEST(Settings, BinCountAloneMeansFixedCount) {
  const auto settings = ExtractionSettings::from_json(parse_json(R"({"bin_count": 32})", "test"));
  EXPECT_EQ(settings.binning, Binning::fixed_count);
  EXPECT_EQ(settings.bin_count, 32);
}

TEST(Settings, EveryRefusalNamesTheKey) {
  const std::vector<std::pair<std::string, std::string>> refused{
      {R"({"binwidth": 25})", "'binwidth' is unknown"},
      {R"({"bin_width": "25"})", "'bin_width' must be a number"},
      {R"({"bin_width": 0})", "'bin_width' is 0"},
      {R"({"bin_count": 1})", "'bin_count' is 1"},
      {R"({"bin_count": 2.5})", "'bin_count' must be a whole number"},
      {R"({"bin_count": 8, "binning": "identity"})", "drop one"},
      {R"({"binning": "fixed_count"})", "'bin_count' is missing"},
      {R"({"binning": "equal"})", "'binning' is 'equal'; choose one of fixed_width"},
      {R"({"binning": 3})", "'binning' must be text"},
      {R"({"families": []})", "'families' is empty"},
      {R"({"families": "glcm"})", "'families' must be a list"},
      {R"({"families": ["glcm", "texture"]})", "names 'texture'; choose from firstorder, shape, "},
      {R"({"families": ["glcm", "glcm"]})", "twice"},
      {R"({"naming": "nyxus"})", "naming is 'nyxus'"},
      {R"({"naming": "ibsi", "glcm_symmetric": false})", "symmetric"},
      {R"({"aggregations": ["3D"]})", "names '3D'; choose from 2D_avg"},
      {R"({"aggregations": ["3D_avg", "3D_comb"]})", "cannot tell them apart"},
      {R"({"aggregations": ["3D_avg"], "force_2d": true})", "drop one of the two"},
      {R"({"distances": [0]})", "'distances' holds 0"},
      {R"({"distances": []})", "'distances' is empty"},
      {R"({"dependence_difference": -1})", "'dependence_difference' is -1"},
      {R"({"resegment_sigma": 0})", "'resegment_sigma' is 0"},
      {R"({"weighting_norm": "cosine"})", "'weighting_norm' is 'cosine'"},
      {R"({"ivh_bin_width": 0})", "'ivh_bin_width' is 0"},
      {R"({"ivh_bin_count": 1})", "'ivh_bin_count' is 1"},
      {R"({"selected": {"glcm": ["glcm_Nonsense"]}})", "glcm_Nonsense"},
      {R"({"glcm_symmetric": 1})", "'glcm_symmetric' must be true or false"},
      {R"({"force_2d_axis": 3})", "'force_2d_axis' is 3"},
      {R"({"resegment_range": [3]})", "'resegment_range' must be a list of two"},
      {R"({"resegment_range": [3, -3]})", "'resegment_range' must rise"},
      {R"({"resample_spacing_mm": [1, 1, -1]})", "'resample_spacing_mm'"},
      {R"({"mesh": "open"})", "'mesh' is 'open'"},
      {R"([1])", "mapping"}};
  for (const auto& [json, part] : refused)
    EXPECT_NE(message_of(json).find(part), std::string::npos) << json << " -> " << message_of(json);
  ExtractionSettings settings;
  settings.voxel_array_shift = std::numeric_limits<double>::infinity();
  EXPECT_THROW(settings.check(), Error);
}

TEST(FeatureTable, IsCompleteAndConsistent) {
  std::map<std::string, int> per_family;
  int tags = 0;
  for (const FeatureRow& row : feature_table().rows()) {
    per_family[row.family] += row.pyradiomics == InPyRadiomics::yes;
    tags += !row.ibsi_tag.empty();
    EXPECT_NO_THROW(find_family(row.family)) << row.id;
    EXPECT_TRUE(row.pyradiomics != InPyRadiomics::no || !row.ibsi_tag.empty()) << row.id;
    EXPECT_EQ(row.ibsi_code.size(), row.ibsi_tag.empty() ? 0u : 4u) << row.id;
    EXPECT_EQ(feature_table().find(row.id), &row);
    if (!row.ibsi_tag.empty()) {
      EXPECT_EQ(feature_table().find(row.ibsi_tag), &row);
    }
  }
  // What PyRadiomics computes by default.
  EXPECT_EQ(per_family, (std::map<std::string, int>{{"firstorder", 18},
                                                    {"shape", 14},
                                                    {"shape2D", 9},
                                                    {"local_intensity", 0},
                                                    {"intensity_histogram", 0},
                                                    {"ivh", 0},
                                                    {"glcm", 24},
                                                    {"glrlm", 16},
                                                    {"glszm", 16},
                                                    {"gldzm", 0},
                                                    {"ngtdm", 5},
                                                    {"gldm", 14}}));
  // 29 morphology, 2 local, 18 statistics, 23 histogram, 7 volume histogram, 25 + 16 + 16 + 16 + 5 + 17 texture.
  EXPECT_EQ(tags, 174);
}

TEST(FeatureTable, FindsByEveryName) {
  const FeatureRow* contrast = feature_table().find("glcm_Contrast");
  ASSERT_NE(contrast, nullptr);
  EXPECT_EQ(contrast->ibsi_code, "ACUI");
  EXPECT_EQ(feature_table().find("original_glcm_Contrast"), contrast);
  EXPECT_EQ(feature_table().find("wavelet-LLH_glcm_Contrast"), contrast);
  EXPECT_EQ(feature_table().find("cm_contrast_3D_avg"), contrast);
  EXPECT_EQ(feature_table().find("cm_contrast"), contrast);
  EXPECT_EQ(feature_table().find("log_cm_contrast_2_5D_comb"), contrast);
  EXPECT_EQ(feature_table().find("cm_contrast_4D"), nullptr);
  EXPECT_EQ(feature_table().find("original_glcm_Nonsense"), nullptr);
  EXPECT_EQ(feature_table().find("nonsense"), nullptr);
  EXPECT_EQ(feature_name(*contrast, Naming::pyradiomics), "original_glcm_Contrast");
  EXPECT_EQ(feature_name(*contrast, Naming::pyradiomics, Aggregation::average_3d, "wavelet-LLH"),
            "wavelet-LLH_glcm_Contrast");
  EXPECT_EQ(feature_name(*contrast, Naming::ibsi, Aggregation::average_3d), "cm_contrast_3D_avg");
  EXPECT_EQ(feature_name(*feature_table().find("stat_kurt"), Naming::pyradiomics), "");
}

TEST(FeatureLabel, TellsFeaturesApart) {
  const auto label = [](const char* name) {
    const auto found = feature_label(name);
    return found ? found->en + " | " + found->zh : std::string("none");
  };
  EXPECT_EQ(label("original_glcm_Contrast"), "Contrast (texture) | 对比度（纹理）");
  EXPECT_EQ(label("wavelet-LLH_glcm_Contrast"), "Contrast (texture, wavelet-LLH) | 对比度（纹理，wavelet-LLH）");
  EXPECT_EQ(label("cm_contrast_2_5D_comb"), "Contrast (texture, 2_5D_comb) | 对比度（纹理，2_5D_comb）");
  EXPECT_EQ(label("log-sigma-2-mm-3D_stat_mean"),
            "Mean (intensity, log-sigma-2-mm-3D) | 均值（强度，log-sigma-2-mm-3D）");
  EXPECT_EQ(label("original_glcm_Nonsense"), "none");
  std::set<std::string> english, chinese;
  for (const FamilyDescriptor& family : families()) {
    EXPECT_TRUE(english.insert(family.label_en).second) << family.name;
    EXPECT_TRUE(chinese.insert(family.label_zh).second) << family.name;
  }
}

TEST(FeatureTable, RefusesBrokenTables) {
  const std::string header =
      "id,family,pyradiomics,ibsi_tag,ibsi_code,unit,definition,undefined_when,label_en,label_zh\n";
  const std::string row = "a,shape,yes,t,ABCD,mm,d,never,A,A\n";
  EXPECT_NO_THROW(parse_feature_table(header + row, "t.csv"));
  EXPECT_THROW(parse_feature_table(header + row + row, "t.csv"), Error);
  EXPECT_THROW(parse_feature_table(header + row + "b,shape,yes,t,ABCD,mm,d,never,A,A\n", "t.csv"), Error);
  EXPECT_THROW(parse_feature_table(header + "a,shape,maybe,t,ABCD,mm,d,never,A,A\n", "t.csv"), Error);
  EXPECT_THROW(parse_feature_table(header + "a,shape,yes,t,,mm,d,never,A,A\n", "t.csv"), Error);
  EXPECT_THROW(parse_feature_table(header + "a,shape,yes,t,ABCD,mm,d,never,A,\n", "t.csv"), Error);
  EXPECT_THROW(parse_feature_table("id,family\na,b\n", "t.csv"), Error);
}

TEST(FeatureCollector, HoldsFamiliesToTheTable) {
  FeatureCollector collector(find_family("glcm"), {});
  EXPECT_TRUE(collector.wants("glcm_MCC"));
  EXPECT_TRUE(collector.wants(Aggregation::average_3d));
  EXPECT_FALSE(collector.wants(Aggregation::merged_3d));
  EXPECT_FALSE(collector.wants("glcm_Dissimilarity"));
  EXPECT_FALSE(collector.wants("firstorder_Mean"));
  EXPECT_THROW(collector.add("glcm_Nonsense", 1, Aggregation::average_3d), Error);
  EXPECT_THROW(collector.add("firstorder_Mean", 1, Aggregation::average_3d), Error);
  EXPECT_THROW(collector.add("glcm_Contrast", 1), Error);
  EXPECT_THROW(collector.take(), Error);
}

TEST(Percentiles, EqualThoseOfASortedList) {
  Random random(7);
  for (const std::size_t count : {1u, 2u, 5u, 100u, 5000u}) {
    std::vector<double> values;
    for (std::size_t v = 0; v < count; ++v)
      values.push_back(v % 3 ? std::floor(100 * random.normal()) : random.normal());
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const std::vector<double> fractions{0, 0.1, 0.25, 0.5, 0.75, 0.9, 1};
    const std::vector<double> found = percentiles(values, fractions);
    for (std::size_t f = 0; f < fractions.size(); ++f) {
      const double position = static_cast<double>(count - 1) * fractions[f];
      const auto below = static_cast<std::size_t>(position);
      const double above = sorted[std::min(below + 1, count - 1)];
      EXPECT_DOUBLE_EQ(found[f], sorted[below] + (above - sorted[below]) * (position - static_cast<double>(below)));
    }
  }
}

TEST(HalfNeighbours, AreHalfOfTheShell) {
  EXPECT_EQ(half_neighbours(1, false).size(), 13u);
  EXPECT_EQ(half_neighbours(2, false).size(), 49u);
  EXPECT_EQ(half_neighbours(1, true).size(), 4u);
  EXPECT_EQ(half_neighbours(3, true).size(), 12u);
  std::set<std::array<int, 3>> both;
  for (const auto& step : half_neighbours(2, false)) {
    both.insert(step);
    both.insert({-step[0], -step[1], -step[2]});
  }
  EXPECT_EQ(both.size(), 98u);
}

// The series term by term with Legendre polynomials of its own, and the sphere, where it is exact.
TEST(EllipsoidArea, IsTheSeriesOfTheStandard) {
  const double pi = 3.14159265358979323846;
  EXPECT_NEAR(ibsi_ellipsoid_area(3, 3, 3), 36 * pi, 1e-12);
  const double a = 3, b = 2.5, c = 2, alpha = std::sqrt(1 - b * b / (a * a)), beta = std::sqrt(1 - c * c / (a * a));
  const double x = (alpha * alpha + beta * beta) / (2 * alpha * beta);
  double sum = 0, before = 0, legendre = 1;
  for (int n = 0; n <= 20; ++n) {
    sum += std::pow(alpha * beta, n) / (1 - 4.0 * n * n) * legendre;
    const double after = ((2 * n + 1) * x * legendre - n * before) / (n + 1);
    before = legendre;
    legendre = after;
  }
  EXPECT_NEAR(ibsi_ellipsoid_area(a, b, c), 4 * pi * a * b * sum, 1e-10);
}

}  // namespace
}  // namespace larc::radiomics
