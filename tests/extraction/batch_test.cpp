// Unit: tables of images, several labels, the written table.
#include <fstream>

#include "core/csv.h"
#include "extraction/diagnostics.h"
#include "extraction_support.h"

namespace larc::extraction {
namespace {

using test::expect_error;

class Batch : public ::testing::Test {
 protected:
  Batch() {
    const auto pair = test::make_pair({20, 18, 12}, {1, 1, 2});
    io::write_image(folder.path() / "i.nii.gz", pair.image);
    image::Volume labels{pair.mask.geometry, {pair.mask.voxels.begin(), pair.mask.voxels.end()}};
    for (std::size_t v = 0; v < labels.voxels.size() / 2; ++v) labels.voxels[v] *= 3;
    io::write_image(folder.path() / "m.nii.gz", labels);
  }
  std::filesystem::path table(const std::string& text) const {
    std::ofstream(folder.path() / "t.csv") << text;
    return folder.path() / "t.csv";
  }
  std::vector<RowResult> run(const std::vector<BatchRow>& rows, int threads = 1) const {
    return extract_batch(plan, rows, threads, {}, [] {});
  }
  test::TemporaryFolder folder;
  Plan plan = test::plan_from("featureClass: {firstorder: [Mean], shape: [VoxelVolume]}\n");
};

TEST_F(Batch, RowsKeepTheirColumnsAndFailAlone) {
  const auto rows =
      read_batch(table("ID,Image,Mask,Site\na,i.nii.gz,m.nii.gz,north\nb,absent.nii.gz,m.nii.gz,\"so,uth\"\n"
                       "c,i.nii.gz,m.nii.gz,\n"),
                 {});
  const auto results = run(rows, 2);
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].error, "");
  EXPECT_NE(results[1].error.find("absent.nii.gz does not exist"), std::string::npos);
  const CsvTable written = parse_csv(format_results(results), "out");
  ASSERT_EQ(written.rows.size(), 3u);
  EXPECT_EQ(std::vector<std::string>(written.header.begin(), written.header.begin() + 4),
            (std::vector<std::string>{"ID", "Image", "Mask", "Site"}));
  EXPECT_EQ(written.header[written.header.size() - 3], "original_shape_VoxelVolume");
  EXPECT_EQ(written.header[written.header.size() - 2], "original_firstorder_Mean");
  EXPECT_EQ(written.header.back(), "Error");
  EXPECT_EQ(written.rows[1][3], "so,uth");
  EXPECT_EQ(written.rows[1][written.column("original_firstorder_Mean")], "");
  EXPECT_NE(written.rows[1].back().find("absent.nii.gz"), std::string::npos);
  EXPECT_EQ(written.rows[0].back(), "");
  EXPECT_FALSE(written.find_column("Label"));
}

TEST_F(Batch, AnErrorColumnOfTheTableIsNotOverwritten) {
  const auto rows = read_batch(table("Image,Mask,Error\ni.nii.gz,m.nii.gz,0.5\nabsent.nii,m.nii.gz,1\n"), {});
  const CsvTable written = parse_csv(format_results(run(rows)), "out");
  EXPECT_EQ(written.rows[0][written.column("Error")], "0.5");
  EXPECT_NE(written.rows[1][written.column("larc_Error")], "");
}

TEST_F(Batch, SeveralLabelsGiveTheValuesOfOneCallEach) {
  const auto path = table("Image,Mask\ni.nii.gz,m.nii.gz\n");
  const auto all = run(read_batch(path, parse_labels({"all"})));
  const auto listed = run(read_batch(path, parse_labels({"1", "3"})));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(format_results(all), format_results(listed));
  for (const RowResult& result : all) {
    const auto single = run(read_batch(path, parse_labels({std::to_string(result.label)})));
    EXPECT_EQ(test::values_of(single.front().result), test::values_of(result.result)) << result.label;
    EXPECT_EQ(dump_json(single.front().result.diagnostics), dump_json(result.result.diagnostics)) << result.label;
  }
  const CsvTable written = parse_csv(format_results(all), "out");
  EXPECT_EQ(written.rows[0][written.column("Label")], "1");
  EXPECT_EQ(written.rows[1][written.column("Label")], "3");
}

TEST_F(Batch, ALabelColumnWins) {
  const auto rows = read_batch(
      table("Image,Mask,Label\ni.nii.gz,m.nii.gz,3\ni.nii.gz,m.nii.gz,\ni.nii.gz,m.nii.gz,9\n"), parse_labels({"1"}));
  const auto results = run(rows);
  EXPECT_EQ(results[0].label, 3);
  EXPECT_EQ(results[1].label, 1);
  EXPECT_NE(results[2].error.find("label 9 is not in the mask; it holds 1, 3"), std::string::npos);
  expect_error(ErrorCode::format, {"row 1", "'Label'", "2.5"},
               [&] { read_batch(table("Image,Mask,Label\ni.nii.gz,m.nii.gz,2.5\n"), {}); });
}

TEST_F(Batch, ThreadsMakeNoDifference) {
  std::string text = "Image,Mask,ID\n";
  for (int r = 0; r < 12; ++r)
    text.append(r % 5 == 4 ? "absent.nii.gz" : "i.nii.gz").append(",m.nii.gz,p").append(std::to_string(r)).append("\n");
  const auto rows = read_batch(table(text), parse_labels({"all"}));
  EXPECT_EQ(format_results(run(rows, 1)), format_results(run(rows, 4)));
}

TEST_F(Batch, TablesThatCannotBeUsed) {
  expect_error(ErrorCode::not_found, {"'Mask'"}, [&] { read_batch(table("Image,Label\na,1\n"), {}); });
  expect_error(ErrorCode::format, {"no rows"}, [&] { read_batch(table("Image,Mask\n"), {}); });
  expect_error(ErrorCode::not_found, {"nothing.csv"}, [&] { read_batch(folder.path() / "nothing.csv", {}); });
}

TEST(Labels, OfTheCommandLine) {
  EXPECT_EQ(parse_labels({"1,2", "5"}).labels, (std::vector<std::int64_t>{1, 2, 5}));
  EXPECT_TRUE(parse_labels({"all"}).all);
  EXPECT_EQ(parse_labels({"2", "2"}).labels, (std::vector<std::int64_t>{2}));
  for (const std::string text : {"tumour", "0", "1.5", ""})
    expect_error(ErrorCode::usage, {"--label"}, [&] { parse_labels({text}); });
  expect_error(ErrorCode::usage, {"--label all"}, [] { parse_labels({"all", "1"}); });
}

TEST(PythonText, AsPyRadiomicsWrites) {
  EXPECT_EQ(python_text(Json({1, 2, 3})), "(1, 2, 3)");
  EXPECT_EQ(python_text(Json({0.5, 6.0})), "(0.5, 6.0)");
  EXPECT_EQ(python_text({{"Original", Json::object()}, {"LoG", {{"sigma", {1.0, 3}}}}}),
            "{'Original': {}, 'LoG': {'sigma': [1.0, 3]}}");
  EXPECT_EQ(python_text({{"a", nullptr}, {"b", true}, {"c", "x"}}), "{'a': None, 'b': True, 'c': 'x'}");
  EXPECT_EQ(python_text("3D"), "3D");
  EXPECT_EQ(python_text(2.0), "2.0");
}

TEST(CountParts, CornersConnect) {
  image::Mask mask{{{5, 4, 3}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
                   std::vector<std::uint8_t>(60, 0)};
  const auto set = [&](int i, int j, int k) { mask.voxels[mask.geometry.offset(i, j, k)] = 1; };
  EXPECT_EQ(count_parts(mask), 0u);
  set(0, 0, 0), set(1, 1, 1);
  EXPECT_EQ(count_parts(mask), 1u);
  set(4, 3, 0);
  EXPECT_EQ(count_parts(mask), 2u);
  set(4, 3, 2);
  EXPECT_EQ(count_parts(mask), 3u);
  set(3, 2, 1);
  EXPECT_EQ(count_parts(mask), 2u);
  set(2, 1, 0);
  EXPECT_EQ(count_parts(mask), 1u);
}

}  // namespace
}  // namespace larc::extraction
