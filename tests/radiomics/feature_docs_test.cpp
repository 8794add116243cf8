// docs/methods/features.md is the feature table, made readable: it must not drift from features.csv.
// LARC_WRITE_DOCS=1 writes it.
#include "core/file.h"
#include "radiomics/families.h"
#include "support/test_data.h"

namespace larc::radiomics {
namespace {

std::string cell(const std::string& text) {
  return text.empty() ? "" : "`" + text + "`";
}

std::string feature_page() {
  std::string page =
      "# Features\n\nMade from `src/radiomics/features.csv` by the test `FeatureDocs`. IBSI tags of textures get the "
      "suffix of their\naggregation: `_2D_avg` .. `_3D_comb` for matrices with directions, `_2D`, `_2_5D`, `_3D` for "
      "the "
      "others. PyRadiomics names get the\nimage type before them: `original_`, `wavelet-LLH_`.\n";
  for (const FamilyDescriptor& family : families()) {
    page += "\n## " + family.name + "\n\n| feature | PyRadiomics name | IBSI tag | code | unit | undefined when |\n";
    page += "|---|---|---|---|---|---|\n";
    for (const FeatureRow& row : feature_table().rows()) {
      if (row.family != family.name) continue;
      std::string name = row.pyradiomics == InPyRadiomics::no ? "" : cell(row.id);
      if (row.pyradiomics == InPyRadiomics::on_request) name += " (on request)";
      page += "| " + row.label_en + " | " + name + " | " + cell(row.ibsi_tag) + " | " + row.ibsi_code + " | " +
              row.unit + " | " + row.undefined_when + " |\n";
    }
  }
  return page;
}

TEST(FeatureDocs, PageEqualsTheTable) {
  const auto path = test::source_root() / "docs/methods/features.md";
  if (std::getenv("LARC_WRITE_DOCS") != nullptr) write_file_atomic(path, feature_page());
  EXPECT_EQ(read_file(path), feature_page()) << "run this test with LARC_WRITE_DOCS=1 and commit the page";
}

}  // namespace
}  // namespace larc::radiomics
