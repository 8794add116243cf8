#include "nn/batch.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/error.h"

namespace larc::nn {

Inputs make_inputs(const NetworkSpec& spec, std::size_t cases, const std::vector<BatchCrop>& crops,
                   const std::vector<std::vector<double>>& table) {
  const auto size = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  Inputs inputs;
  inputs.rows = size(cases);
  for (const auto& sequence : spec.encoder.sequences) {
    std::vector<const BatchCrop*> own;
    for (const auto& crop : crops)
      if (spec.views[crop.view].sequence == sequence) own.push_back(&crop);
    if (own.empty()) {
      inputs.crops.emplace_back();
      continue;
    }
    at::Tensor batch = at::empty(
        {size(own.size()), 2, size(spec.grid.depth), size(spec.grid.height), size(spec.grid.width)}, at::kFloat);
    float* data = batch.data_ptr<float>();
    for (const auto* crop : own) {
      data = std::copy(crop->values.begin(), crop->values.end(), data);
      inputs.row.push_back(size(crop->place));
      inputs.view.push_back(size(crop->view));
    }
    inputs.crops.push_back(std::move(batch));
  }
  if (spec.columns() > 0) {
    inputs.table = at::empty({size(cases), spec.columns()}, at::kFloat);
    float* data = inputs.table.data_ptr<float>();
    for (const auto& row : table)
      for (const double value : row) *data++ = static_cast<float>(value);
  }
  return inputs;
}

namespace {

/// Where the network's views and columns stand in the cases; -1 where the cases lack one.
struct Binding {
  std::vector<std::int64_t> view_of;
  std::vector<std::int64_t> column_of;
};

Binding bind(const NetworkSpec& spec, const Cases& cases) {
  const Grid &a = spec.grid, &b = cases.grid;
  if (!spec.views.empty() && !cases.views.empty() &&
      (a.depth != b.depth || a.height != b.height || a.width != b.width || a.spacing_mm != b.spacing_mm))
    throw Error(ErrorCode::shape_mismatch,
                "crops: " + std::to_string(b.depth) + " x " + std::to_string(b.height) + " x " +
                    std::to_string(b.width) + " voxels or their spacing are not those the network was trained on (" +
                    std::to_string(a.depth) + " x " + std::to_string(a.height) + " x " + std::to_string(a.width) + ")");
  Binding binding;
  for (const auto& view : spec.views) {
    const auto found = std::ranges::find(cases.views, view.name, &View::name);
    binding.view_of.push_back(found == cases.views.end() ? -1 : found - cases.views.begin());
  }
  for (const auto& group : spec.groups)
    for (const auto& column : group.columns) {
      const auto found = std::ranges::find_if(cases.columns, [&](const TableColumn& candidate) {
        return candidate.name == column && candidate.group == group.name;
      });
      binding.column_of.push_back(found == cases.columns.end() ? -1 : found - cases.columns.begin());
    }
  return binding;
}

std::vector<double> table_row(const Binding& binding, const Cases& cases, std::size_t row) {
  std::vector<double> values;
  for (const std::int64_t column : binding.column_of)
    values.push_back(column < 0 ? std::numeric_limits<double>::quiet_NaN()
                                : cases.table[row][static_cast<std::size_t>(column)]);
  return values;
}

}  // namespace

Cases bound_cases(const NetworkSpec& spec, const Cases& cases) {
  const Binding binding = bind(spec, cases);
  Cases own;
  own.rows = cases.rows;
  own.grid = spec.grid;
  own.units = cases.units;
  own.views = spec.views;
  for (const auto& group : spec.groups)
    for (const auto& column : group.columns) own.columns.push_back({column, group.name});
  for (std::size_t row = 0; row < cases.rows; ++row) {
    if (!own.views.empty()) {
      std::vector<char> there;
      for (const std::int64_t view : binding.view_of)
        there.push_back(view < 0 ? char{0} : cases.present[row][static_cast<std::size_t>(view)]);
      own.present.push_back(std::move(there));
    }
    if (!own.columns.empty()) own.table.push_back(table_row(binding, cases, row));
  }
  own.crop = [crop = cases.crop, view_of = binding.view_of](std::size_t row, std::size_t view) {
    return crop(row, static_cast<std::size_t>(view_of[view]));
  };
  return own;
}

}  // namespace larc::nn
