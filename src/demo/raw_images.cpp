#include "demo/raw_images.h"

#include <cmath>

#include "demo/spoil.h"
#include "io/dicom/write_multiframe.h"

namespace larc::demo {

namespace {

using io::dicom::DicomSeriesInfo;

constexpr double kCutMm = 62;  // how far a field of view that cuts the rectum lies beside
constexpr double kUnevenShare = 0.45;
constexpr double kResampledFactor = 0.85, kResampledScale = 1.6;

T2Errors t2_errors(T2Fault fault) {
  switch (fault) {
    case T2Fault::motion:
      return {1.0, 1.0};
    case T2Fault::slight_motion:
      return {0.12, 1.0};
    case T2Fault::noise:
      return {0.0, 12.0};
    case T2Fault::slight_noise:
      return {0.0, 1.8};
    default:
      return {};
  }
}

DiffusionErrors diffusion_errors(DiffusionFault fault, const Scanner& scanner) {
  DiffusionErrors errors;
  switch (fault) {
    case DiffusionFault::gas: {
      // As ruinous at 1.5 T as at 3 T.
      const double scale = 3.0 / scanner.field_strength_t;
      return {45 * scale, 22 * scale, 1, 2.3};
    }
    case DiffusionFault::noise:
      errors.noise = 9;
      return errors;
    case DiffusionFault::slight_noise:
      errors.noise = 1.5;
      return errors;
    default:
      return errors;
  }
}

Acquisition through_another_system(const Acquisition& old) {
  Acquisition result = old;
  result.image = resampled(old.image, kResampledFactor, kResampledScale);
  result.tumour = resampled(old.tumour, kResampledFactor);
  result.mesorectum = resampled(old.mesorectum, kResampledFactor);
  return result;
}

/// Signal at another b-value, of what the low one and the map show.
image::Volume weighted(const DiffusionAcquisition& diffusion, double low_b, double b_value) {
  image::Volume result = diffusion.low;
  for (std::size_t v = 0; v < result.voxels.size(); ++v)
    result.voxels[v] = std::round(result.voxels[v] * std::exp(-1e-3 * (b_value - low_b) * diffusion.adc.voxels[v]));
  return result;
}

std::vector<io::dicom::SlicePlace> places_of(const image::Volume& volume, const PlannedStack& stack, T2Fault fault) {
  auto places = io::dicom::all_slices(volume, stack.info.first_instance_number);
  if (stack.content != Content::t2) return places;
  const std::size_t middle = places.size() / 2;
  const double spacing = volume.geometry.spacing_mm[2];
  if (fault == T2Fault::missing_slice) places.erase(places.begin() + static_cast<std::ptrdiff_t>(middle));
  if (fault == T2Fault::uneven_gap)
    for (std::size_t k = middle; k < places.size(); ++k) places[k].shift_mm = kUnevenShare * spacing;
  if (fault == T2Fault::duplicate_position)
    places.push_back({places[middle].slice + 1, stack.info.first_instance_number + stack.slices, -spacing});
  return places;
}

/// The instances on which outlines are drawn, as if the series were whole.
std::vector<io::dicom::DicomInstance> referenced(const image::Volume& volume, const DicomSeriesInfo& info,
                                                 bool multiframe) {
  std::vector<io::dicom::DicomInstance> instances;
  const auto& g = volume.geometry;
  for (int k = 0; k < g.size[2]; ++k) {
    io::dicom::DicomInstance instance;
    // Enhanced MR or MR Image Storage
    instance.sop_class_uid = multiframe ? "1.2.840.10008.5.1.4.1.1.4.1" : "1.2.840.10008.5.1.4.1.1.4";
    instance.sop_instance_uid = io::dicom::slice_uid(info.series_uid, info.first_instance_number, multiframe ? 0 : k);
    instance.series_uid = info.series_uid;
    instance.study_uid = info.study_uid;
    instance.frame_of_reference_uid = info.frame_of_reference_uid;
    instance.rows = g.size[1];
    instance.columns = g.size[0];
    if (multiframe) instance.number_of_frames = g.size[2];
    instance.image_position_lps = g.point_lps({0, 0, static_cast<double>(k)});
    instances.push_back(instance);
  }
  return instances;
}

void emit_outlines(const ExaminationPlan& plan, const Acquisition& t2, const DicomSeriesInfo& t2_info,
                   const EmitFile& emit) {
  std::vector<io::dicom::RtRegion> regions;
  if (image::voxel_count(t2.tumour) > 0) regions.push_back({kTumourRoi, &t2.tumour});
  regions.push_back({kMesorectumRoi, &t2.mesorectum});
  emit(io::dicom::encode_rtstruct(regions, plan.outlines, referenced(t2.image, t2_info, plan.multiframe)),
       plan.outlines, 1);
}

}  // namespace

image::Volume habit_image(const ExaminationPlan& plan, const PlannedStack& stack, const Phantom& phantom) {
  const auto& habit = *stack.habit;
  SlicePlan own = plan_slices(plan.scanner, plan.examination, plan.image_seed);
  own.geometry = view_geometry(stack.view, own.geometry, habit.matrix, habit.slices, habit.pixel_mm, habit.slice_mm);
  const auto seed = derive_seed(plan.image_seed, stack.info.series_uid, static_cast<std::uint64_t>(stack.view));
  image::Volume volume;
  switch (habit.kind) {
    case SeriesHabit::Kind::phase:
      return phase_map(own.geometry, seed);
    case SeriesHabit::Kind::screen:
      return screen({stack.info.patient_name.substr(0, 18), stack.info.patient_birth_date, plan.label.patient,
                     stack.info.study_date, "DOSE 0.00 SAR 1.2"});
    case SeriesHabit::Kind::other_body:
      own.geometry.origin_lps[2] += 260;
      volume = other_body_part(own.geometry, seed);
      break;
    default:
      volume = render_contrast(phantom, plan.examination, own, habit.contrast);
      break;
  }
  finish(volume, 0.8 * plan.scanner.gain, 0.06, seed);
  return volume;
}

Phantom phantom_of(const ExaminationPlan& plan) {
  return Phantom(plan.imaging.truth, plan.imaging.faults, plan.imaging.habitus,
                 plan_slices(plan.scanner, 0, plan.image_seed).geometry.direction, plan.image_seed);
}

StagingImages staging_images(const ExaminationPlan& plan, const Phantom& phantom) {
  const int examination = plan.examination;
  const auto own_seed = derive_seed(plan.image_seed, "examination", static_cast<std::uint64_t>(examination));
  const auto planned = plan_slices(plan.scanner, examination, plan.image_seed);
  const auto fault = plan.faults.t2;
  const double side = own_seed % 2 == 0 ? 1 : -1;
  const auto shown = fault == T2Fault::cut_field ? moved_along_rows(planned, side * kCutMm) : planned;
  auto perfect = acquire_perfect(phantom, examination, shown);
  if (fault == T2Fault::wrap || fault == T2Fault::slight_wrap)
    wrap_around(perfect.image, phantom, examination, shown, fault == T2Fault::wrap);
  StagingImages result;
  if (fault == T2Fault::repeated)
    result.t2_spoilt = degrade(perfect, plan.scanner, t2_errors(T2Fault::motion), derive_seed(own_seed, "first"));
  result.t2 = degrade(std::move(perfect), plan.scanner, t2_errors(fault), own_seed);
  if (!plan.imaging.faults.no_diffusion)
    result.diffusion = acquire_diffusion(phantom, examination, plan_diffusion(planned, plan.scanner.diffusion),
                                         plan.scanner, diffusion_errors(plan.faults.diffusion, plan.scanner), own_seed);
  if (!plan.resampled) return result;
  result.t2 = through_another_system(result.t2);
  if (auto& diffusion = result.diffusion) {
    diffusion->low = resampled(diffusion->low, kResampledFactor, kResampledScale);
    diffusion->high = resampled(diffusion->high, kResampledFactor, kResampledScale);
    diffusion->adc = resampled(diffusion->adc, kResampledFactor, 1);
  }
  return result;
}

void make_images(const ExaminationPlan& plan, const Phantom& phantom, const EmitFile& emit) {
  const auto images = staging_images(plan, phantom);
  const double low_b = plan.scanner.diffusion.low_b;
  const auto volume_of = [&](const PlannedStack& stack) -> image::Volume {
    switch (stack.content) {
      case Content::t2:
        return images.t2.image;
      case Content::t2_spoilt:
        return images.t2_spoilt->image;
      case Content::low:
        return images.diffusion->low;
      case Content::high:
      case Content::isotropic:
        return images.diffusion->high;
      case Content::middle:
      case Content::calculated:
        return weighted(*images.diffusion, low_b, stack.b_value);
      case Content::adc: {
        auto map = images.diffusion->adc;
        // As stored: whole 10^-6 mm^2/s everywhere, read as such or through the slope.
        for (auto& value : map.voxels) value = std::round(1000 * value) * stack.info.rescale_slope;
        return map;
      }
      case Content::habit:
        return habit_image(plan, stack, phantom);
    }
    return {};
  };
  const DicomSeriesInfo* t2_info = nullptr;
  for (std::size_t s = 0; s < plan.stacks.size(); ++s) {
    const auto& stack = plan.stacks[s];
    if (stack.content == Content::t2) t2_info = &stack.info;
    if (plan.multiframe && stack.content != Content::habit) {
      std::vector<image::Volume> volumes{volume_of(stack)};
      std::vector<double> b_values{stack.b_value};
      for (; s + 1 < plan.stacks.size() && plan.stacks[s + 1].info.series_uid == stack.info.series_uid; ++s) {
        volumes.push_back(volume_of(plan.stacks[s + 1]));
        b_values.push_back(plan.stacks[s + 1].b_value);
      }
      std::vector<io::dicom::FrameVolume> frames;
      for (std::size_t v = 0; v < volumes.size(); ++v) frames.push_back({&volumes[v], b_values[v]});
      emit(io::dicom::encode_multiframe(frames, stack.info, plan.form), stack.info, 1);
      continue;
    }
    const auto volume = volume_of(stack);
    const auto places = places_of(volume, stack, plan.faults.t2);
    auto files = io::dicom::encode_series(volume, stack.info, places, plan.form);
    if (stack.content == Content::t2 && plan.faults.t2 == T2Fault::truncated_file) {
      auto& bytes = files[files.size() / 2].bytes;
      bytes.resize(bytes.size() / 3);
    }
    for (std::size_t n = 0; n < files.size(); ++n) emit(files[n], stack.info, places[n].instance_number);
  }
  if (!plan.no_outline) emit_outlines(plan, images.t2, *t2_info, emit);
}

}  // namespace larc::demo
