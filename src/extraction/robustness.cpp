#include "extraction/robustness.h"

#include "core/number.h"
#include "core/parallel.h"
#include "core/random.h"
#include "extraction/mask_grid.h"
#include "extraction/normalisation.h"
#include "image/box.h"
#include "stats/icc.h"

namespace larc::extraction {

Plan plan_of_parts(const Plan& plan, image::Volume& volume) {
  Plan quiet = plan;
  quiet.additional_info = quiet.image_diagnostics = false;
  if (plan.order != Order::pyradiomics) return quiet;
  const ImageStatistics statistics = statistics_of(volume.voxels);
  const Normalisation normalised(plan.pyradiomics, statistics, "the image");
  if (plan.pyradiomics.normalize)
    for (double& value : volume.voxels) value = normalised(value);
  quiet.pyradiomics.normalize = false;
  quiet.largest_magnitude = normalised.largest_magnitude(statistics);
  return quiet;
}

std::vector<RowResult> perturb_row(const Plan& plan, const BatchRow& row, const RobustnessSettings& settings,
                                   int threads) {
  if (settings.count < 1 || settings.count > 1000)
    throw Error(ErrorCode::usage, "the number of perturbations is " + std::to_string(settings.count) +
                                      "; it must lie between 1 and 1000");
  if (row.labels.all || row.labels.labels.size() > 1)
    throw Error(ErrorCode::usage, "regions are perturbed one label at a time; give one label");
  // One seed for each image, so that noise and contours of two patients are not the same draws.
  const std::uint64_t seed = derive_seed(settings.seed, "perturb", row.number);
  const auto perturbations = preprocess::perturbation_set(settings.spec, settings.count, seed);
  const std::unique_ptr<ImageSource> source = image_in_file(row.image, plan.order == Order::pyradiomics);
  const LabelMap map = read_label_map(row.mask, false);
  const std::int64_t label = row.labels.labels.empty() ? plan.label : row.labels.labels.front();
  const GridRegion region = region_of(map, label);
  if (!same_grid(plan.pyradiomics, source->geometry(), region.grid))
    throw Error(ErrorCode::geometry_mismatch, map.name + " and " + source->name() + ": image and mask do not match: " +
                                                  image::describe_difference(source->geometry(), region.grid) +
                                                  "; export the mask on the grid of this image");
  image::Volume volume = source->read({image::all_of(source->geometry().size), false, false}).volume;
  image::Mask mask = mask_in(region, image::all_of(region.grid.size));
  mask.geometry = volume.geometry;

  const Plan quiet = in_context(source->name(), [&] { return plan_of_parts(plan, volume); });
  const bool noise = std::any_of(perturbations.begin(), perturbations.end(), [](const auto& p) { return p.noise; });
  const auto prepared = in_context(source->name(), [&] {
    return preprocess::prepare_perturbations(volume, mask, {}, noise && !settings.spec.noise_sd);
  });
  std::vector<RowResult> results(perturbations.size());
  parallel_for(perturbations.size(), threads, [&](std::size_t p) {
    RowResult& result = results[p];
    result.row = row;
    result.row.columns.emplace_back("Perturbation", std::to_string(p + 1));
    result.label = label;
    try {
      const auto [image, changed] = preprocess::perturb(prepared, perturbations[p]);
      result.result = extract_case(quiet, image, changed);
      result.result.diagnostics["perturbation"] = preprocess::to_json(perturbations[p]);
    } catch (const Error& error) {
      result.error = error.what();
      result.code = error.code();
    }
  });
  return results;
}

std::vector<FeatureRobustness> feature_robustness(const std::vector<std::vector<RowResult>>& results) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::vector<double>>> values;  // of each feature, regions by perturbations
  for (const auto& region : results) {
    if (region.empty() || std::any_of(region.begin(), region.end(), [](const auto& r) { return !r.error.empty(); }))
      continue;
    std::map<std::string, std::vector<double>> row;
    for (const RowResult& result : region)
      for (const auto& feature : result.result.features) {
        if (!values.contains(feature.name)) {
          names.push_back(feature.name);
          values[feature.name];
        }
        row[feature.name].push_back(feature.value);
      }
    for (auto& [name, list] : row)
      if (list.size() == region.size()) values[name].push_back(std::move(list));
  }
  std::vector<FeatureRobustness> features;
  for (const std::string& name : names) {
    FeatureRobustness item{name, kNaN, kNaN, kNaN, 0, ""};
    const auto& rows = values.at(name);
    if (rows.empty() || rows.front().size() < 2) {
      item.reason = "fewer than two perturbations";
    } else {
      Eigen::MatrixXd ratings(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.front().size()));
      for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c)
          ratings(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = rows[r][c];
      const auto icc = stats::intraclass_correlation(ratings);
      item.icc = icc.single_1.value;
      item.lower = icc.single_1.interval.lower;
      item.upper = icc.single_1.interval.upper;
      item.regions = icc.subjects;
      item.reason = icc.reason;
    }
    features.push_back(std::move(item));
  }
  return features;
}

std::string format_robustness(const std::vector<FeatureRobustness>& features) {
  const auto cell = [](double value) { return std::isnan(value) ? std::string() : format_double(value); };
  std::vector<std::vector<std::string>> rows;
  for (const FeatureRobustness& item : features)
    rows.push_back(
        {item.feature, cell(item.icc), cell(item.lower), cell(item.upper), std::to_string(item.regions), item.reason});
  return format_csv({"feature", "icc", "lower", "upper", "regions", "reason"}, rows);
}

}  // namespace larc::extraction
