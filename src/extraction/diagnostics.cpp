#include "extraction/diagnostics.h"

#include <utility>

#include "core/number.h"
#include "core/version.h"
#include "preprocess/bias_field.h"

namespace larc::extraction {

namespace {

struct RegionSummary {
  std::size_t voxels = 0;
  image::Box box{};
  image::Vec3 centre{0, 0, 0};  // index
  double mean = kNaN, minimum = kNaN, maximum = kNaN;
};

RegionSummary summarise(const image::Mask& mask, const std::vector<double>* values) {
  RegionSummary summary;
  const image::Index3& size = mask.geometry.size;
  summary.box = {size, {-1, -1, -1}};
  std::array<std::int64_t, 3> sum{0, 0, 0};
  double total = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  std::size_t v = 0;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i, ++v) {
        if (mask.voxels[v] == 0) continue;
        const image::Index3 at{i, j, k};
        for (std::size_t axis = 0; axis < 3; ++axis) {
          sum[axis] += at[axis];
          summary.box.lower[axis] = std::min(summary.box.lower[axis], at[axis]);
          summary.box.upper[axis] = std::max(summary.box.upper[axis], at[axis]);
        }
        ++summary.voxels;
        if (values == nullptr) continue;
        total += (*values)[v];
        low = std::min(low, (*values)[v]);
        high = std::max(high, (*values)[v]);
      }
  const auto count = static_cast<double>(summary.voxels);
  for (std::size_t axis = 0; axis < 3; ++axis) summary.centre[axis] = static_cast<double>(sum[axis]) / count;
  if (values != nullptr && summary.voxels > 0)
    summary.mean = total / count, summary.minimum = low, summary.maximum = high;
  return summary;
}

image::Index3 extent(const image::Box& box) {
  return {box.upper[0] - box.lower[0] + 1, box.upper[1] - box.lower[1] + 1, box.upper[2] - box.lower[2] + 1};
}

void append_text(std::string& text, const Json& json, bool outermost) {
  if (json.is_null()) {
    text.append("None");
  } else if (json.is_boolean()) {
    text.append(json.get<bool>() ? "True" : "False");
  } else if (json.is_string()) {
    const std::string quote = outermost ? "" : "'";
    text.append(quote).append(json.get<std::string>()).append(quote);
  } else if (json.is_number_float()) {
    const std::string number = format_double(json.get<double>());
    text.append(number).append(number.find_first_of(".en") == std::string::npos ? ".0" : "");
  } else if (!json.is_structured()) {
    text.append(json.dump());
  } else {
    text.append(json.is_object() ? "{" : outermost ? "(" : "[");
    bool first = true;
    for (const auto& [key, value] : json.items()) {
      text.append(std::exchange(first, false) ? "" : ", ");
      if (json.is_object()) text.append("'").append(key).append("': ");
      append_text(text, value, false);
    }
    text.append(json.is_object() ? "}" : outermost ? ")" : "]");
  }
}

}  // namespace

void add_versions(Json& json) {
  json["diagnostics_Versions_larc"] = version();
  json["diagnostics_Versions_ITK"] = preprocess::itk_version();
}

void add_configuration(Json& json, const Plan& plan, std::int64_t label) {
  Json settings = plan.reported_settings;
  settings["label"] = label;
  json["diagnostics_Configuration_Settings"] = settings;
  json["diagnostics_Configuration_EnabledImageTypes"] = plan.reported_image_types;
}

void add_image(Json& json, const std::string& prefix, const image::Geometry& geometry,
               const ImageStatistics& statistics) {
  const std::string start = "diagnostics_Image-" + prefix + "_";
  if (prefix == "original") {
    json[start + "Hash"] = statistics.sha1;
    json[start + "Dimensionality"] = "3D";
  }
  json[start + "Spacing"] = geometry.spacing_mm;
  json[start + "Size"] = geometry.size;
  json[start + "Mean"] = number_or_null(statistics.mean);
  json[start + "Minimum"] = number_or_null(statistics.minimum);
  json[start + "Maximum"] = number_or_null(statistics.maximum);
}

std::size_t count_parts(const image::Mask& mask) {
  // Runs along the first axis, joined where they touch.
  struct Run {
    int first, last;
    std::size_t parent;
  };
  std::vector<Run> runs;
  const auto root = [&](std::size_t r) {
    while (runs[r].parent != r) r = runs[r].parent = runs[runs[r].parent].parent;
    return r;
  };
  const image::Index3& size = mask.geometry.size;
  const auto rows = static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
  std::vector<std::size_t> start_of_row(rows + 1, 0);
  std::size_t parts = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    start_of_row[row] = runs.size();
    const std::uint8_t* voxels = mask.voxels.data() + row * static_cast<std::size_t>(size[0]);
    const int j = static_cast<int>(row) % size[1], k = static_cast<int>(row) / size[1];
    for (int i = 0; i < size[0]; ++i) {
      if (voxels[i] == 0) continue;
      const int first = i;
      while (i + 1 < size[0] && voxels[i + 1] != 0) ++i;
      const std::size_t mine = runs.size();
      runs.push_back({first, i, mine});
      ++parts;
      for (const auto& [dj, dk] : {std::pair{-1, 0}, {-1, -1}, {0, -1}, {1, -1}}) {
        if (j + dj < 0 || j + dj >= size[1] || k + dk < 0) continue;
        const std::size_t other = static_cast<std::size_t>((k + dk) * size[1] + j + dj);
        for (std::size_t r = start_of_row[other]; r < start_of_row[other + 1]; ++r) {
          if (runs[r].first > i + 1 || runs[r].last < first - 1) continue;
          const std::size_t a = root(r), b = root(mine);
          if (a == b) continue;
          runs[std::max(a, b)].parent = std::min(a, b);
          --parts;
        }
      }
    }
    start_of_row[row + 1] = runs.size();
  }
  return parts;
}

void add_mask(Json& json, const std::string& prefix, const RegionPart& region, const std::string& sha1,
              const std::vector<double>* values) {
  const std::string start = "diagnostics_Mask-" + prefix + "_";
  RegionSummary summary = summarise(region.mask, values);
  for (std::size_t axis = 0; axis < 3; ++axis) summary.centre[axis] += region.lower[axis];
  if (prefix == "original") json[start + "Hash"] = sha1;
  json[start + "Spacing"] = region.whole.spacing_mm;
  json[start + "Size"] = region.whole.size;
  Json box = Json::array();
  for (std::size_t axis = 0; axis < 3; ++axis) box.push_back(region.lower[axis] + summary.box.lower[axis]);
  for (const int length : extent(summary.box)) box.push_back(length);
  json[start + "BoundingBox"] = box;
  json[start + "VoxelNum"] = summary.voxels;
  json[start + "VolumeNum"] = count_parts(region.mask);
  json[start + "CenterOfMassIndex"] = summary.centre;
  json[start + "CenterOfMass"] = region.whole.point_lps(summary.centre);
  if (values == nullptr) return;
  json[start + "Mean"] = number_or_null(summary.mean);
  json[start + "Minimum"] = number_or_null(summary.minimum);
  json[start + "Maximum"] = number_or_null(summary.maximum);
}

void add_ibsi_image(Json& json, const std::string& step, const image::Geometry& geometry,
                    const ImageStatistics& statistics) {
  const std::array<const char*, 3> axes{"x", "y", "z"};
  for (std::size_t axis = 0; axis < 3; ++axis)
    json[std::string("img_dim_").append(axes[axis]).append("_").append(step).append("_img")] = geometry.size[axis];
  for (std::size_t axis = 0; axis < 3; ++axis)
    json[std::string("vox_dim_").append(axes[axis]).append("_").append(step).append("_img")] =
        geometry.spacing_mm[axis];
  json["mean_int_" + step + "_img"] = number_or_null(statistics.mean);
  json["min_int_" + step + "_img"] = number_or_null(statistics.minimum);
  json["max_int_" + step + "_img"] = number_or_null(statistics.maximum);
}

void add_ibsi_region(Json& json, const std::string& step, const image::Geometry& whole, const image::Mask& intensity,
                     const image::Mask& morphology, const std::vector<double>& values) {
  const std::array<const char*, 3> axes{"x", "y", "z"};
  const RegionSummary inside = summarise(intensity, &values), shape = summarise(morphology, nullptr);
  const std::string end = "_" + step + "_roi";
  for (std::size_t axis = 0; axis < 3; ++axis)
    json[std::string("int_mask_dim_").append(axes[axis]).append(end)] = whole.size[axis];
  for (std::size_t axis = 0; axis < 3; ++axis)
    json[std::string("int_mask_bb_dim_").append(axes[axis]).append(end)] = extent(inside.box)[axis];
  for (std::size_t axis = 0; axis < 3; ++axis)
    json[std::string("morph_mask_bb_dim_").append(axes[axis]).append(end)] = extent(shape.box)[axis];
  json["int_mask_vox_count" + end] = inside.voxels;
  json["morph_mask_vox_count" + end] = shape.voxels;
  json["int_mask_mean_int" + end] = number_or_null(inside.mean);
  json["int_mask_min_int" + end] = number_or_null(inside.minimum);
  json["int_mask_max_int" + end] = number_or_null(inside.maximum);
}

std::string python_text(const Json& json) {
  std::string text;
  append_text(text, json, true);
  return text;
}

}  // namespace larc::extraction
