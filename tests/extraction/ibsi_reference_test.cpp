// Oracle: the reference values of IBSI 1 (Zwanenburg et al., Radiology 2020;295:328; reference manual
// arXiv:1612.07003), digital phantom and configurations A to E of the CT phantom, every consensus level, computed from
// the phantoms' NIfTI files with the parameter files of examples/ibsi. Tolerance: the standard's own. Where it states
// 0, the value must round to the reference's three significant digits, because the references are printed so.
//
// docs/methods/ibsi1.csv lists every pair; LARC_WRITE_DOCS=1 writes it anew, without it the committed file is compared.
#include "core/csv.h"
#include "core/file.h"
#include "core/number.h"
#include "extraction_support.h"
#include "radiomics/feature_table.h"

namespace larc::extraction {
namespace {

struct Reference {
  std::string dataset, tag, value_text, tolerance_text, consensus;
  double value, tolerance;
};

std::vector<Reference> read_references() {
  const CsvTable csv = read_csv(test::data_root() / "ibsi/ibsi1_reference_all.csv");
  std::vector<Reference> references;
  for (const auto& row : csv.rows) {
    const auto cell = [&](const char* column) { return row[csv.column(column)]; };
    const auto value = parse_double(cell("value")), tolerance = parse_double(cell("tolerance"));
    if (value && tolerance)
      references.push_back(
          {cell("dataset"), cell("tag"), cell("value"), cell("tolerance"), cell("consensus"), *value, *tolerance});
  }
  return references;
}

bool within_tolerance(const Reference& reference, double value) {
  double allowed = reference.tolerance;
  if (allowed == 0) {
    const double digit = reference.value == 0 ? -2 : std::floor(std::log10(std::abs(reference.value))) - 2;
    allowed = 0.5 * std::pow(10.0, digit);
  }
  return std::abs(value - reference.value) <= allowed * (1 + 1e-9);
}

std::map<std::string, double> compute(const std::string& dataset) {
  const bool digital = dataset == "digital_phantom";
  const auto folder =
      test::data_root() / (digital ? "ibsi/ibsi_1_digital_phantom" : "ibsi/ibsi_1_ct_radiomics_phantom") / "nifti";
  const auto parameters = test::source_root() / "examples/ibsi" / (digital ? "digital.yaml" : dataset + ".yaml");
  BatchRow row;
  row.image = folder / "image/phantom.nii.gz";
  row.mask = folder / "mask/mask.nii.gz";
  const auto results = extract_row(read_parameters(parameters), row);
  EXPECT_EQ(results.front().error, "") << dataset;
  std::map<std::string, double> values = test::values_of(results.front().result);
  for (const auto& [tag, value] : results.front().result.diagnostics.items())
    if (value.is_number()) values.emplace(tag, value);
  return values;
}

// Six digits: enough to see every tolerance, few enough to be the same on every machine.
std::string short_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string markdown(const std::map<std::string, std::map<std::string, std::array<int, 2>>>& counts, int pairs,
                     int failed) {
  const std::vector<std::string> levels{"≥ 10", "6-9", "3-5"};
  std::string text =
      "# IBSI 1: every reference value\n\n"
      "Written by a test (`LARC_WRITE_DOCS=1 build/bin/test_extraction --gtest_filter='Ibsi1*'`), which otherwise "
      "compares. "
      "`ibsi1.csv` lists every pair\nof value and tolerance of the reference tables with what "
      "`larc radiomics --params examples/ibsi/....yaml` gives. Tolerances are the standard's; where it states 0 the "
      "value\nrounds to the reference's three printed digits. Consensus counts the teams that agreed on the value.\n\n"
      "Pairs: " +
      std::to_string(pairs) + ". Outside tolerance: " + std::to_string(failed) +
      ".\n\n| dataset | consensus | pairs | outside tolerance |\n|---|---|---|---|\n";
  for (const auto& [dataset, of_level] : counts)
    for (const std::string& level : levels)
      if (const auto found = of_level.find(level); found != of_level.end())
        text.append("| " + dataset + " | " + level + " | " + std::to_string(found->second[0]) + " | ")
            .append(std::to_string(found->second[1]) + " |\n");
  return text;
}

void write_or_compare(const std::filesystem::path& path, const std::string& text) {
  if (const char* write = std::getenv("LARC_WRITE_DOCS"); write != nullptr && *write == '1')
    write_file_atomic(path, text);
  ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; write it with LARC_WRITE_DOCS=1";
  EXPECT_TRUE(read_file(path) == text) << path << " is not what larc computes; write it with LARC_WRITE_DOCS=1";
}

TEST(Ibsi1, EveryReferenceValueIsWithinTheStandardsTolerance) {
  LARC_NEEDS_DATA("ibsi/ibsi1_reference_all.csv");
  const std::vector<Reference> references = read_references();
  ASSERT_EQ(references.size(), 2104u);
  std::map<std::string, std::map<std::string, double>> computed;
  std::map<std::string, std::map<std::string, std::array<int, 2>>> counts;
  std::vector<std::vector<std::string>> rows;
  int failed = 0;
  for (const Reference& reference : references) {
    if (!computed.contains(reference.dataset)) computed[reference.dataset] = compute(reference.dataset);
    const auto found = computed[reference.dataset].find(reference.tag);
    const bool there = found != computed[reference.dataset].end();
    const bool passes = there && within_tolerance(reference, found->second);
    EXPECT_TRUE(passes) << reference.dataset << " " << reference.tag << ": reference " << reference.value_text
                        << ", tolerance " << reference.tolerance_text << ", larc "
                        << (there ? format_double(found->second) : "has no value") << ", consensus "
                        << reference.consensus;
    failed += passes ? 0 : 1;
    auto& [pairs, outside] = counts[reference.dataset][reference.consensus];
    ++pairs;
    outside += passes ? 0 : 1;
    rows.push_back({reference.dataset, reference.tag, reference.value_text, reference.tolerance_text,
                    reference.consensus, there ? short_text(found->second) : "", passes ? "pass" : "fail"});
  }
  EXPECT_EQ(failed, 0);
  const auto folder = test::source_root() / "docs/methods";
  write_or_compare(
      folder / "ibsi1.csv",
      format_csv({"dataset", "tag", "reference", "tolerance", "consensus", "larc", "within_tolerance"}, rows));
  write_or_compare(folder / "ibsi1.md", markdown(counts, static_cast<int>(references.size()), failed));
}

}  // namespace
}  // namespace larc::extraction
