#include "study/prepare.h"

#include <exception>

#include "core/error.h"
#include "core/random.h"
#include "preprocess/resample.h"
#include "study/delta_features.h"
#include "study/thumbnail.h"

namespace larc::study {

namespace {

image::Vec3 centroid_lps(const image::Mask& mask) {
  image::Vec3 sum{0, 0, 0};
  double count = 0;
  for (int k = 0; k < mask.geometry.size[2]; ++k)
    for (int j = 0; j < mask.geometry.size[1]; ++j)
      for (int i = 0; i < mask.geometry.size[0]; ++i)
        if (mask.at(i, j, k)) {
          sum[0] += i;
          sum[1] += j;
          sum[2] += k;
          ++count;
        }
  return mask.geometry.point_lps({sum[0] / count, sum[1] / count, sum[2] / count});
}

void check_voxels(const image::Mask& mask) {
  const std::size_t voxels = image::voxel_count(mask);
  if (voxels < kMinimumVoxels)
    throw Error(ErrorCode::domain, "the mask has " + std::to_string(voxels) + " voxels, at least " +
                                       std::to_string(kMinimumVoxels) + " are needed; check the outline");
}

image::Geometry crop_geometry(const image::Mask& mask, const CropRule& rule) {
  image::Geometry target = mask.geometry;
  target.size = rule.size;
  target.spacing_mm = rule.spacing_mm;
  const image::Vec3 centre = centroid_lps(mask);
  target.origin_lps = {0, 0, 0};
  const image::Vec3 half =
      target.point_lps({(rule.size[0] - 1) / 2.0, (rule.size[1] - 1) / 2.0, (rule.size[2] - 1) / 2.0});
  for (std::size_t axis = 0; axis < 3; ++axis) target.origin_lps[axis] = centre[axis] - half[axis];
  return target;
}

std::optional<double> days_between(const DeltaRule& rule, const PatientValues& values) {
  const auto date = [&](const std::string& variable) -> std::optional<long> {
    const auto found = values.find(variable);
    return found == values.end() ? std::nullopt : parse_date(found->second);
  };
  const auto of = date(rule.of_date), from = date(rule.from_date);
  if (!of || !from) return {};
  return static_cast<double>(*of - *from);
}

/// Works through the rules of one patient. Neighbouring rules on one image share it, its body and its bias field.
class Preparation {
 public:
  Preparation(const StudyFile& file, const PatientImages& images, const std::string& patient,
              const PrepareSettings& settings)
      : file_(file), images_(images), patient_(patient), settings_(settings) {}

  PreparedPatient run(const PatientValues& values) {
    if (settings_.features) {
      for (const auto& rule : file_.extraction) add_rule(rule);
      const bool views_do = settings_.either && settings_.crop;
      if (failed_ == file_.extraction.size() && first_failure_ && !views_do) std::rethrow_exception(first_failure_);
      for (const auto& delta : file_.deltas) add_delta(delta, values);
    }
    if (settings_.crop && file_.crop) {
      for (const CropView* view : file_.used_views()) add_view(*view);
      if (result_.crops.empty() && first_view_failure_) std::rethrow_exception(first_view_failure_);
    }
    return std::move(result_);
  }

 private:
  void need(const std::vector<std::string>& roles) const {
    for (const auto& role : roles)
      if (const std::string why = images_.missing(role); !why.empty()) throw Error(ErrorCode::not_ready, why);
  }

  /// Puts the image into `image_`, unless it is there from the last rule.
  void open(const std::string& image) {
    if (!image_ || image_role_ != image) image_ = std::make_unique<WorkingImage>(images_.image(image));
    image_role_ = image;
  }

  /// The mask, with its image in `image_`; refused if it means nothing.
  image::Mask take(const std::string& image, const std::string& mask) {
    open(image);
    image::Mask region = images_.mask(mask);
    check_region(image_->volume(), region);
    if (result_.thumbnail.is_null()) picture(region);
    return region;
  }

  /// A view that cannot be made is absent; the network does without it.
  void add_view(const CropView& view) {
    if (result_.crops.contains(view.image)) return;
    try {
      need({view.image, view.mask});
      open(view.image);
      const image::Mask region = images_.mask(view.mask);
      if (result_.thumbnail.is_null() && image::same_geometry(image_->volume().geometry, region.geometry))
        picture(region);
      result_.crops[view.image] = make_crop(*image_, region, *file_.crop, view);
      result_.crop_geometries[view.image] = crop_geometry(region, *file_.crop);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::io) throw;
      if (!first_view_failure_) first_view_failure_ = std::current_exception();
      result_.absent_crops[view.image] = error.what();
    }
  }

  void picture(const image::Mask& region) {
    result_.thumbnail = thumbnail(image_->volume(), region);
    result_.volume_ml =
        static_cast<double>(image::voxel_count(region)) * image_->volume().geometry.voxel_volume_mm3() / 1000.0;
  }

  void add_rule(const ExtractionRule& rule) {
    image::Mask mask;
    try {
      need(rule.roles());
      mask = take(rule.image, rule.mask);
      RuleSeeds seeds{derive_seed(file_.seed, "habitats " + rule.id), {}};
      if (settings_.perturbed) seeds.perturbed = derive_seed(file_.seed, "perturb " + rule.id + "/" + patient_);
      result_.tables.push_back(compute_rule(rule, *image_, mask, images_, seeds));
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::io) throw;
      if (!first_failure_) first_failure_ = std::current_exception();
      ++failed_;
      RuleFeatures nothing;
      nothing.id = rule.id;
      nothing.absent[rule.prefix] = error.what();
      result_.tables.push_back(std::move(nothing));
      return;
    }
    // While the image is at hand.
    if (settings_.crop && file_.crop)
      for (const CropView* view : file_.used_views())
        if (view->image == rule.image && view->mask == rule.mask) add_view(*view);
  }

  void add_delta(const DeltaRule& delta, const PatientValues& values) {
    const auto place = [&](const std::string& id) {
      return static_cast<std::size_t>(std::find_if(file_.extraction.begin(), file_.extraction.end(),
                                                   [&](const auto& rule) { return rule.id == id; }) -
                                      file_.extraction.begin());
    };
    const std::size_t of = place(delta.of), from = place(delta.from);
    result_.tables.push_back(compute_delta(delta, result_.tables[of], file_.extraction[of].prefix, result_.tables[from],
                                           file_.extraction[from].prefix, days_between(delta, values)));
  }

  const StudyFile& file_;
  const PatientImages& images_;
  const std::string& patient_;
  const PrepareSettings& settings_;
  PreparedPatient result_;
  std::unique_ptr<WorkingImage> image_;
  std::string image_role_;
  std::exception_ptr first_failure_;
  std::exception_ptr first_view_failure_;
  std::size_t failed_ = 0;
};

}  // namespace

void check_region(const image::Volume& volume, const image::Mask& mask) {
  image::check_same_geometry(volume, mask);
  check_voxels(mask);
  double lower = std::numeric_limits<double>::infinity(), upper = -lower;
  for (std::size_t v = 0; v < mask.voxels.size(); ++v) {
    if (mask.voxels[v] == 0) continue;
    lower = std::min(lower, volume.voxels[v]);
    upper = std::max(upper, volume.voxels[v]);
  }
  if (lower == upper)
    throw Error(ErrorCode::domain,
                "the image is constant inside the mask; check that the image is not empty or clipped");
}

std::vector<float> make_crop(WorkingImage& image, const image::Mask& mask, const CropRule& rule, const CropView& view) {
  check_voxels(mask);
  const image::Geometry& own = image.volume().geometry;
  const image::Vec3 centre = own.index_ijk(centroid_lps(mask));
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (centre[axis] < -0.5 || centre[axis] > own.size[axis] - 0.5)
      throw Error(ErrorCode::domain, "'" + view.image +
                                         "' does not reach the tumour; check that image and mask are of "
                                         "one examination");
  const image::Geometry target = crop_geometry(mask, rule);
  const image::Volume& values = image.with(view.bias_field);
  const image::Volume image_part =
      view.absolute
          ? preprocess::resample(values, target, preprocess::Interpolation::linear, 0.0)
          : preprocess::resample(zscore(values, image.body(), 1), target, preprocess::Interpolation::linear, 0.0);
  const image::Volume mask_volume{mask.geometry, std::vector<double>(mask.voxels.begin(), mask.voxels.end())};
  const image::Volume mask_part = preprocess::resample(mask_volume, target, preprocess::Interpolation::linear, 0.0);
  std::vector<float> crop;
  crop.reserve(2 * image_part.voxels.size());
  for (const double value : image_part.voxels) crop.push_back(static_cast<float>(value));
  for (const double value : mask_part.voxels) crop.push_back(static_cast<float>(value));
  return crop;
}

PreparedPatient prepare_patient(const StudyFile& file, const PatientImages& images, const PatientValues& values,
                                const std::string& patient, const PrepareSettings& settings) {
  return Preparation(file, images, patient, settings).run(values);
}

}  // namespace larc::study
