#pragma once
#include <functional>

#include "demo/diffusion.h"
#include "demo/examination_plan.h"

namespace larc::demo {

/// Takes one finished file; `info` and `instance_number` are what a directory of the medium says of it.
using EmitFile =
    std::function<void(const io::dicom::DicomFile& file, const io::dicom::DicomSeriesInfo& info, int instance_number)>;

/// Computes the images of one examination and emits its files, series by series, outlines last. Everything comes from
/// the plan.
void make_images(const ExaminationPlan& plan, const Phantom& phantom, const EmitFile& emit);

/// The phantom of the patient whose images these are.
Phantom phantom_of(const ExaminationPlan& plan);

/// A series besides T2w and diffusion, as stored.
image::Volume habit_image(const ExaminationPlan& plan, const PlannedStack& stack, const Phantom& phantom);

/// T2w and diffusion of the examination with their faults, before they become files.
struct StagingImages {
  Acquisition t2;
  std::optional<Acquisition> t2_spoilt;  // the first of two
  std::optional<DiffusionAcquisition> diffusion;
};
StagingImages staging_images(const ExaminationPlan& plan, const Phantom& phantom);

}  // namespace larc::demo
