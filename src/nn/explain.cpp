#include "nn/explain.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "nn/batch.h"
#include "nn/ensemble.h"
#include "nn/predictor.h"
#include "nn/tasks.h"

namespace larc::nn {

namespace {

/// Midpoints of the integral from the baseline to the image.
constexpr int kSteps = 24;

/// Where an output of a task stands among all.
struct Place {
  TaskSpec task;
  std::int64_t first = 0;
  std::size_t output = 0;
};

Place place_of(const NetworkSpec& spec, const std::string& name, std::size_t output) {
  std::int64_t first = 0;
  for (const auto& task : spec.tasks) {
    if (task.name == name) {
      const int outputs = task.kind == TaskKind::binary    ? 1
                          : task.kind == TaskKind::ordinal ? task.levels - 1
                                                           : task.levels;
      if (output >= static_cast<std::size_t>(outputs))
        throw Error(ErrorCode::domain, "task '" + name + "' has " + std::to_string(outputs) + " outputs, not " +
                                           std::to_string(output + 1));
      return {task, first, output};
    }
    first += task.outputs();
  }
  throw Error(ErrorCode::domain, "the network has no task '" + name + "'");
}

/// The linear predictor in question of (1, outputs).
double value_of(const Network& network, const Place& place, const at::Tensor& linear) {
  return linear_predictors(place.task, network.parameters(),
                           linear.detach().narrow(1, place.first, place.task.outputs()))[0][place.output];
}

/// The same inputs with each image `share` of the way from the training mean, which is 0.
Inputs towards(const Inputs& inputs, double share) {
  Inputs result = inputs;
  for (auto& crops : result.crops) {
    if (!crops.defined()) continue;
    crops = crops.clone();
    crops.select(1, 0).mul_(share);
  }
  return result;
}

class Explainer {
 public:
  Explainer(const Ensemble& ensemble, const Cases& own, const Place& place)
      : ensemble_(ensemble),
        own_(own),
        place_(place),
        cache_(own, ensemble.scale, std::size_t{256} << 20),
        result_{std::vector<std::vector<double>>(own.views.size()), 0.0, 0.0, {}} {}

  Explanation run() {
    for (const auto& member : ensemble_.members) {
      add_maps(*member);
      for (const auto& [name, hidden] : hideable()) result_.without[name] += share() * without(*member, hidden);
    }
    return std::move(result_);
  }

 private:
  double share() const { return 1.0 / static_cast<double>(ensemble_.members.size()); }

  Inputs inputs_of(const Network& network, const Cases& cases) {
    std::vector<BatchCrop> crops;
    for (std::size_t view = 0; view < cases.views.size(); ++view)
      if (cases.present[0][view] != 0) crops.push_back({0, view, *cache_.get(0, view)});
    return make_inputs(network.spec(), 1, crops, cases.table);
  }

  double value(const Network& network, const Inputs& inputs) const {
    const at::NoGradGuard no_gradient;
    return value_of(network, place_, network.fuse(inputs, network.descriptors(inputs), {}).linear);
  }

  void add_maps(const Network& network) {
    const Inputs inputs = inputs_of(network, own_);
    result_.whole += share() * value(network, inputs);
    result_.baseline += share() * value(network, towards(inputs, 0.0));
    if (inputs.row.empty()) return;
    std::vector<at::Tensor> sums(inputs.crops.size());
    const std::int64_t column =
        place_.first + (place_.task.kind == TaskKind::survival ? static_cast<std::int64_t>(place_.output) : 0);
    for (int step = 0; step < kSteps; ++step) {
      Inputs between = towards(inputs, (step + 0.5) / kSteps);
      std::vector<at::Tensor> leaves;
      for (auto& crops : between.crops)
        if (crops.defined()) leaves.push_back(crops.requires_grad_(true));
      const at::Tensor linear = network.fuse(between, network.descriptors(between), {}).linear.select(1, column).sum();
      const auto gradients = torch::autograd::grad({linear}, leaves);
      std::size_t next = 0;
      for (std::size_t s = 0; s < sums.size(); ++s) {
        if (!inputs.crops[s].defined()) continue;
        const at::Tensor gradient = gradients[next++].select(1, 0);
        sums[s] = sums[s].defined() ? sums[s] + gradient : gradient.clone();
      }
    }
    std::size_t crop = 0;
    for (std::size_t s = 0; s < sums.size(); ++s) {
      if (!inputs.crops[s].defined()) continue;
      const at::Tensor maps = (sums[s] * inputs.crops[s].select(1, 0) / kSteps).to(at::kDouble).contiguous();
      for (std::int64_t i = 0; i < maps.size(0); ++i) add_map(static_cast<std::size_t>(inputs.view[crop++]), maps[i]);
    }
  }

  void add_map(std::size_t view, const at::Tensor& values) {
    auto& map = result_.maps[view];
    map.resize(own_.grid.voxels(), 0.0);
    const double* data = values.data_ptr<double>();
    for (double& value : map) value += share() * *data++;
  }

  struct Hidden {
    std::set<std::size_t> views;
    std::string group;
  };

  /// What can be hidden without nothing being left.
  std::map<std::string, Hidden> hideable() const {
    std::map<std::string, Hidden> all;
    std::size_t present = 0;
    for (std::size_t view = 0; view < own_.views.size(); ++view) {
      if (own_.present[0][view] == 0) continue;
      ++present;
      const View& own = own_.views[view];
      all[own.name].views.insert(view);
      all[own.sequence].views.insert(view);
      all["MRI " + std::to_string(own.time_point)].views.insert(view);
    }
    for (const auto& column : own_.columns) all[column.group].group = column.group;
    if (own_.columns.empty())
      std::erase_if(all, [&](const auto& item) { return item.second.views.size() == present; });
    else if (present == 0 && all.size() == 1)
      all.clear();
    return all;
  }

  double without(const Network& network, const Hidden& hidden) {
    Cases cases = own_;
    for (const std::size_t view : hidden.views) cases.present[0][view] = 0;
    if (!hidden.group.empty())
      for (std::size_t column = 0; column < cases.columns.size(); ++column)
        if (cases.columns[column].group == hidden.group)
          cases.table[0][column] = std::numeric_limits<double>::quiet_NaN();
    return value(network, inputs_of(network, cases));
  }

  const Ensemble& ensemble_;
  const Cases& own_;
  const Place& place_;
  CropCache cache_;
  Explanation result_;
};

}  // namespace

Explanation explain(const std::string& weights, const Json& architecture, const Cases& one_case,
                    const std::string& task, std::size_t output) {
  if (one_case.rows != 1)
    throw Error(ErrorCode::domain, "one case is explained at a time, not " + std::to_string(one_case.rows));
  const Ensemble ensemble = load_ensemble(weights, architecture);
  const Place place = place_of(ensemble.spec, task, output);
  const Cases own = bound_cases(ensemble.spec, one_case);
  check_cases(own);
  const OneThread one_thread;
  Explanation explained = Explainer(ensemble, own, place).run();
  // In the order of the caller's views.
  std::vector<std::vector<double>> maps;
  for (const auto& view : one_case.views) {
    const auto found = std::ranges::find(ensemble.spec.views, view.name, &View::name);
    maps.push_back(found == ensemble.spec.views.end()
                       ? std::vector<double>()
                       : explained.maps[static_cast<std::size_t>(found - ensemble.spec.views.begin())]);
  }
  explained.maps = std::move(maps);
  return explained;
}

}  // namespace larc::nn
