#pragma once
#include "core/csv.h"
#include "core/number.h"
#include "io/image_file.h"
#include "phantom.h"
#include "support/test_data.h"

namespace larc::test {

/// Of PyRadiomics' test data.
inline std::filesystem::path baseline_folder() {
  return data_root() / "imaging/pyradiomics_data";
}

/// Feature name to value of one column of a baseline table.
inline std::map<std::string, double> read_baseline(const std::string& family, const std::string& column) {
  const CsvTable csv = read_csv(baseline_folder() / "baseline" / ("baseline_" + family + ".csv"));
  std::map<std::string, double> values;
  for (const auto& row : csv.rows)
    if (row[0].rfind("original_", 0) == 0) values[row[0]] = *parse_double(row[csv.column(column)]);
  return values;
}

/// Image and mask of one of its cases; zeros where the image is not at hand.
inline Case read_baseline_case(const std::string& name) {
  Case c;
  c.mask = image::select_label(io::read_image(baseline_folder() / (name + "_label.nrrd")), 1);
  const auto path = baseline_folder() / (name + "_image.nrrd");
  c.image = std::filesystem::exists(path)
                ? io::read_image(path)
                : image::Volume{c.mask.geometry, std::vector<double>(c.mask.voxels.size(), 0)};
  return c;
}

}  // namespace larc::test
