#include "nn/network.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"

namespace larc::nn {

namespace {

// Standard deviations beyond which a descriptor counts no further: one odd scan must not decide alone.
constexpr double kLargest = 5.0;
constexpr double kNormEpsilon = 1e-5;

const std::vector<std::pair<TaskKind, std::string>>& kind_names() {
  static const std::vector<std::pair<TaskKind, std::string>> kNames = {
      {TaskKind::binary, "binary"}, {TaskKind::ordinal, "ordinal"}, {TaskKind::survival, "survival"}};
  return kNames;
}

std::string name_of(TaskKind kind) {
  return std::ranges::find(kind_names(), kind, &std::pair<TaskKind, std::string>::first)->second;
}

at::Tensor normalised(const at::Tensor& x, const Parameters& parameters, const std::string& name) {
  return at::layer_norm(x, {x.size(-1)}, parameters[name + ".gain"], parameters[name + ".shift"], kNormEpsilon);
}

/// Mean and sd over the rows in which a value is known; sd 1 where nothing varies.
std::pair<at::Tensor, at::Tensor> scale_of(const at::Tensor& values) {
  const at::Tensor known = at::isnan(values).logical_not().to(values.scalar_type());
  const at::Tensor count = known.sum(0).clamp_min(1.0);
  const at::Tensor filled = at::nan_to_num(values, 0.0, 0.0, 0.0);
  const at::Tensor mean = (filled * known).sum(0) / count;
  const at::Tensor sd = ((filled - mean).square() * known).sum(0).div(count).sqrt();
  return {mean, at::where(sd > 1e-3 * mean.abs().clamp_min(1e-3), sd, at::ones_like(sd))};
}

}  // namespace

std::int64_t NetworkSpec::outputs() const {
  std::int64_t count = 0;
  for (const auto& task : tasks) count += task.outputs();
  return count;
}

std::int64_t NetworkSpec::columns() const {
  std::size_t count = 0;
  for (const auto& group : groups) count += group.columns.size();
  return static_cast<std::int64_t>(count);
}

std::vector<NetworkSpec::Pair> NetworkSpec::pairs() const {
  std::vector<Pair> pairs;
  for (std::size_t later = 0; later < views.size(); ++later)
    for (std::size_t earlier = 0; earlier < views.size(); ++earlier)
      if (views[earlier].sequence == views[later].sequence && views[earlier].time_point < views[later].time_point)
        pairs.push_back({views[later].sequence, earlier, later});
  return pairs;
}

std::vector<std::string> NetworkSpec::tokens() const {
  std::vector<std::string> names;
  for (const auto& view : views) names.push_back(view.name);
  for (const auto& pair : pairs()) names.push_back(pair.sequence + " change");
  for (const auto& group : groups) names.push_back(group.name);
  return names;
}

Json to_json(const NetworkSpec& spec) {
  Json views = Json::array(), groups = Json::array(), tasks = Json::array();
  for (const auto& view : spec.views)
    views.push_back({{"name", view.name}, {"sequence", view.sequence}, {"time_point", view.time_point}});
  for (const auto& group : spec.groups) groups.push_back({{"name", group.name}, {"columns", group.columns}});
  for (const auto& task : spec.tasks)
    tasks.push_back({{"name", task.name}, {"kind", name_of(task.kind)}, {"levels", task.levels}, {"bins", task.bins}});
  return {{"grid",
           {{"depth", spec.grid.depth},
            {"height", spec.grid.height},
            {"width", spec.grid.width},
            {"spacing_mm", spec.grid.spacing_mm}}},
          {"encoder", to_json(spec.encoder)},
          {"views", views},
          {"groups", groups},
          {"tasks", tasks},
          {"tokens", spec.tokens()},
          {"width", spec.width},
          {"heads", spec.heads}};
}

NetworkSpec spec_from_json(const Json& json) {
  const auto require = [](bool good, const char* what) {
    if (!good)
      throw Error(ErrorCode::format, std::string("network architecture: ") + what + " is absent or out of range");
  };
  try {
    NetworkSpec spec;
    const Json& grid = json.at("grid");
    spec.grid = {grid.at("depth").get<std::size_t>(), grid.at("height").get<std::size_t>(),
                 grid.at("width").get<std::size_t>(), grid.at("spacing_mm").get<std::array<double, 3>>()};
    for (const std::size_t size : {spec.grid.depth, spec.grid.height, spec.grid.width})
      require(size >= 1 && size <= 4096, "grid");
    spec.encoder = encoder_from_json(json.at("encoder"));
    for (const auto& item : json.at("views")) {
      spec.views.push_back({item.at("name").get<std::string>(), item.at("sequence").get<std::string>(),
                            item.at("time_point").get<int>()});
      require(std::ranges::count(spec.encoder.sequences, spec.views.back().sequence) == 1, "views.sequence");
    }
    for (const auto& item : json.at("groups"))
      spec.groups.push_back({item.at("name").get<std::string>(), item.at("columns").get<std::vector<std::string>>()});
    for (const auto& item : json.at("tasks")) {
      const auto kind = item.at("kind").get<std::string>();
      const auto found = std::ranges::find(kind_names(), kind, &std::pair<TaskKind, std::string>::second);
      require(found != kind_names().end(), "tasks.kind");
      TaskSpec task{item.at("name").get<std::string>(), found->first, item.at("levels").get<int>(),
                    item.at("bins").get<std::vector<double>>()};
      require(task.levels >= 1 && task.levels <= 64 && (task.kind != TaskKind::ordinal || task.levels >= 3),
              "tasks.levels");
      require((task.kind == TaskKind::survival) == !task.bins.empty() && task.bins.size() <= 10000, "tasks.bins");
      spec.tasks.push_back(std::move(task));
    }
    spec.width = json.at("width").get<std::int64_t>();
    spec.heads = json.at("heads").get<std::int64_t>();
    require(spec.heads >= 1 && spec.width >= 1 && spec.width <= 4096 && spec.width % spec.heads == 0, "width or heads");
    require(!spec.views.empty() || !spec.groups.empty(), "views");
    require(!spec.tasks.empty(), "tasks");
    return spec;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::format,
                "network architecture: a key is absent or of the wrong type; use the document that training wrote");
  }
}

Network::Network(NetworkSpec spec, Random& random, at::ScalarType dtype)
    : spec_(std::move(spec)), parameters_(dtype), encoder_(spec_.encoder, parameters_, random) {
  const std::int64_t features = encoder_.descriptor_size(), width = spec_.width, outputs = spec_.outputs();
  const auto views = static_cast<std::int64_t>(spec_.views.size());
  const auto weight = [&](const std::string& name, std::int64_t from, std::int64_t to) {
    parameters_.add_weight(name, {from, to}, 1.0 / std::sqrt(static_cast<double>(from)), random);
  };
  const auto normalisation = [&](const std::string& name) {
    parameters_.add_bias(name + ".gain", {width}, 1.0);
    parameters_.add_bias(name + ".shift", {width}, 0.0);
  };
  if (views > 0) {
    parameters_.add_scale("views.mean", {views, features}, 0.0);
    parameters_.add_scale("views.sd", {views, features}, 1.0);
    parameters_.add_weight("linear.views", {views * features, outputs}, 0.0, random);
    for (const auto& sequence : spec_.encoder.sequences) weight("token." + sequence, features, width);
    std::set<std::string> changing;
    for (const auto& pair : spec_.pairs())
      if (changing.insert(pair.sequence).second) weight("change." + pair.sequence, features, width);
  }
  if (spec_.columns() > 0) {
    parameters_.add_scale("table.mean", {spec_.columns()}, 0.0);
    parameters_.add_scale("table.sd", {spec_.columns()}, 1.0);
    parameters_.add_weight("linear.table", {2 * spec_.columns(), outputs}, 0.0, random);
    for (const auto& group : spec_.groups)
      weight("group." + group.name, 2 * static_cast<std::int64_t>(group.columns.size()), width);
  }
  const auto tokens = static_cast<std::int64_t>(spec_.tokens().size());
  parameters_.add_weight("summary", {1, width}, 1.0, random);
  parameters_.add_bias("places", {tokens, width}, 0.0);
  normalisation("before_attention");
  for (const char* name : {"query", "key", "value", "out"}) weight(std::string("attention.") + name, width, width);
  normalisation("before_mix");
  weight("mix.1", width, 2 * width);
  parameters_.add_bias("mix.1.bias", {2 * width}, 0.0);
  weight("mix.2", 2 * width, width);
  normalisation("before_head");
  // Zero heads: at first the linear predictors of all cases are 0.
  parameters_.add_weight("head", {width, outputs}, 0.0, random);
  parameters_.add_scale("offset", {outputs}, 0.0);
}

at::Tensor Network::descriptors(const Inputs& inputs) const {
  return inputs.row.empty() ? at::Tensor() : encoder_.descriptors(inputs.crops);
}

Network::SeenViews Network::seen_views(const Inputs& inputs, const at::Tensor& descriptors) const {
  const auto views = static_cast<std::int64_t>(spec_.views.size());
  const std::int64_t features = descriptor_size(), rows = inputs.rows;
  const at::TensorOptions options = parameters_["summary"].options().requires_grad(false);
  at::Tensor x = at::zeros({rows * views, features}, options);
  at::Tensor there = at::zeros({rows * views}, options);
  if (descriptors.defined()) {
    at::Tensor view = at::empty({descriptors.size(0)}, at::kLong), place = at::empty_like(view);
    for (std::size_t i = 0; i < inputs.row.size(); ++i) {
      view.data_ptr<std::int64_t>()[i] = inputs.view[i];
      place.data_ptr<std::int64_t>()[i] = inputs.row[i] * views + inputs.view[i];
    }
    const at::Tensor mean = parameters_["views.mean"].index_select(0, view);
    const at::Tensor sd = parameters_["views.sd"].index_select(0, view);
    x = x.index_copy(0, place, ((descriptors - mean) / sd).clamp(-kLargest, kLargest) * encoder_.shares().to(options));
    there = there.index_fill(0, place, 1.0);
  }
  return {x.reshape({rows, views, features}), there.reshape({rows, views})};
}

at::Tensor Network::seen_table(const Inputs& inputs) const {
  const at::Tensor unknown = at::isnan(inputs.table);
  const at::Tensor x =
      ((inputs.table - parameters_["table.mean"]) / parameters_["table.sd"]).clamp(-kLargest, kLargest);
  return at::cat({at::where(unknown, at::zeros_like(x), x), unknown.to(x.scalar_type())}, 1);
}

at::Tensor Network::linear_features(const Inputs& inputs, const at::Tensor& descriptors) const {
  std::vector<at::Tensor> parts;
  if (!spec_.views.empty()) parts.push_back(seen_views(inputs, descriptors).x.flatten(1));
  if (spec_.columns() > 0) parts.push_back(seen_table(inputs));
  return at::cat(parts, 1);
}

Fused Network::fuse(const Inputs& inputs, const at::Tensor& descriptors, const Keep& keep) const {
  const auto views = static_cast<std::int64_t>(spec_.views.size());
  const std::int64_t features = descriptor_size(), rows = inputs.rows;
  const at::TensorOptions options = parameters_["summary"].options().requires_grad(false);
  at::Tensor linear = at::zeros({rows, spec_.outputs()}, options);
  std::vector<at::Tensor> tokens;
  std::vector<at::Tensor> present;  // (rows, 1) each

  if (views > 0) {
    const SeenViews seen = seen_views(inputs, descriptors);
    at::Tensor x = seen.x;
    const at::Tensor& there = seen.there;
    if (keep.views.defined()) x = x * keep.views;
    linear = linear + x.reshape({rows, views * features}).matmul(parameters_["linear.views"]);
    for (std::int64_t v = 0; v < views; ++v) {
      tokens.push_back(
          x.select(1, v).matmul(parameters_["token." + spec_.views[static_cast<std::size_t>(v)].sequence]));
      present.push_back(there.narrow(1, v, 1));
    }
    for (const auto& pair : spec_.pairs()) {
      const auto earlier = static_cast<std::int64_t>(pair.earlier), later = static_cast<std::int64_t>(pair.later);
      tokens.push_back((x.select(1, later) - x.select(1, earlier)).matmul(parameters_["change." + pair.sequence]));
      present.push_back(there.narrow(1, later, 1) * there.narrow(1, earlier, 1));
    }
  }
  if (spec_.columns() > 0) {
    at::Tensor x = seen_table(inputs);
    if (keep.table.defined()) x = x * keep.table;
    linear = linear + x.matmul(parameters_["linear.table"]);
    std::int64_t first = 0;
    for (const auto& group : spec_.groups) {
      const auto size = static_cast<std::int64_t>(group.columns.size());
      const at::Tensor values = at::cat({x.narrow(1, first, size), x.narrow(1, spec_.columns() + first, size)}, 1);
      tokens.push_back(values.matmul(parameters_["group." + group.name]));
      present.push_back(at::ones({rows, 1}, options));
      first += size;
    }
  }

  // The summary's query alone: what the others would attend to is not read.
  const std::int64_t heads = spec_.heads, each = spec_.width / heads;
  const auto count = static_cast<std::int64_t>(tokens.size()) + 1;
  const at::Tensor summary = parameters_["summary"].expand({rows, spec_.width});
  at::Tensor all = at::stack(tokens, 1) + parameters_["places"].unsqueeze(0);
  all = normalised(at::cat({summary.unsqueeze(1), all}, 1), parameters_, "before_attention");
  const auto split = [&](const at::Tensor& x) {  // (rows, n, width) -> (rows, heads, n, each)
    return x.reshape({rows, -1, heads, each}).transpose(1, 2);
  };
  const at::Tensor query = split(all.narrow(1, 0, 1).matmul(parameters_["attention.query"]));
  const at::Tensor key = split(all.matmul(parameters_["attention.key"]));
  const at::Tensor value = split(all.matmul(parameters_["attention.value"]));
  at::Tensor allowed = at::cat(present, 1);
  allowed = at::cat({at::ones({rows, 1}, options), allowed}, 1).reshape({rows, 1, 1, count});
  at::Tensor score = query.matmul(key.transpose(2, 3)) / std::sqrt(static_cast<double>(each));
  score = score.masked_fill(allowed == 0, -std::numeric_limits<double>::infinity());
  const at::Tensor attention = score.softmax(-1);
  const at::Tensor gathered = attention.matmul(value).transpose(1, 2).reshape({rows, spec_.width});
  at::Tensor state = summary + gathered.matmul(parameters_["attention.out"]);
  const at::Tensor mixed =
      at::relu(normalised(state, parameters_, "before_mix").matmul(parameters_["mix.1"]) + parameters_["mix.1.bias"]);
  state = state + mixed.matmul(parameters_["mix.2"]);
  linear = linear + normalised(state, parameters_, "before_head").matmul(parameters_["head"]) + parameters_["offset"];
  return {linear, attention.mean(1).reshape({rows, count}).narrow(1, 1, count - 1)};
}

void Network::fit_view_scale(std::size_t view, const at::Tensor& values) {
  const at::NoGradGuard no_gradient;
  const auto [mean, sd] = scale_of(values);
  parameters_["views.mean"].select(0, static_cast<std::int64_t>(view)).copy_(mean);
  parameters_["views.sd"].select(0, static_cast<std::int64_t>(view)).copy_(sd);
}

void Network::fit_table_scale(const at::Tensor& values) {
  const at::NoGradGuard no_gradient;
  const auto [mean, sd] = scale_of(values);
  parameters_["table.mean"].copy_(mean);
  parameters_["table.sd"].copy_(sd);
}

}  // namespace larc::nn
