#include "demo/examination_plan.h"

#include <algorithm>

#include "demo/choose.h"
#include "demo/demo.h"
#include "demo/identity.h"

namespace larc::demo {

namespace {

constexpr double kEmptyNames = 0.10;
constexpr double kUnhelpfulNames = 0.08;
constexpr std::chrono::year kMultiframeFrom{2018};  // the software of centre B

std::size_t vendor_index(Vendor vendor) {
  return vendor == Vendor::siemens ? 0 : vendor == Vendor::philips ? 1 : 2;
}

/// Builds the list of one examination.
class Composer {
 public:
  Composer(ExaminationPlan& plan, const DemoPatient& patient, std::uint64_t seed)
      : plan_(plan),
        random_(
            derive_seed(seed, "demo disk examination", patient.index, static_cast<std::uint64_t>(plan.examination))),
        image_suffix_("_" + std::to_string(plan.examination + 1)) {
    draw_form(patient);
    const auto& habits = series_habits();
    const bool no_diffusion = plan.imaging.faults.no_diffusion;
    for (std::size_t h = 0; h < habits.size(); ++h) {
      if (h == kHabitsBeforeT2) add_t2();
      if (h == kHabitsBeforeDiffusion && !no_diffusion) add_diffusion();
      add_habit(habits[h], h);
    }
    finish(identity_of(patient, seed));
  }

 private:
  void draw_form(const DemoPatient& patient) {
    using io::dicom::PixelCoding;
    const double u = random_.uniform();
    const double bare = random_.uniform();
    auto& form = plan_.form;
    switch (plan_.centre) {
      case 0:
        form.coding = u < 0.45   ? PixelCoding::explicit_little
                      : u < 0.60 ? PixelCoding::implicit_little
                      : u < 0.85 ? PixelCoding::jpeg_lossless
                                 : PixelCoding::jpeg2000;
        break;
      case 1:
        form.coding = u < 0.55 ? PixelCoding::explicit_little : PixelCoding::jpeg_ls;
        break;
      default:
        form.coding = u < 0.30   ? PixelCoding::explicit_little
                      : u < 0.60 ? PixelCoding::implicit_little
                                 : PixelCoding::rle;
        break;
    }
    const bool plain = form.coding == PixelCoding::explicit_little || form.coding == PixelCoding::implicit_little;
    form.preamble = !(plain && plan_.centre != 1 && bare < 0.08);
    // A multi-frame image has its slices in one file: none can be absent, moved or there twice.
    const auto fault = plan_.faults.t2;
    const bool by_slices = fault == T2Fault::missing_slice || fault == T2Fault::uneven_gap ||
                           fault == T2Fault::duplicate_position || fault == T2Fault::truncated_file;
    const auto& course = patient.course;
    const std::chrono::year_month_day day{plan_.examination == 0 ? course.mri_1 : course.mri_2};
    plan_.multiframe =
        plan_.scanner.vendor == Vendor::philips && plan_.centre == 1 && day.year() >= kMultiframeFrom && !by_slices;
  }

  PlannedStack& add(Content content, const char* role, io::dicom::DicomSeriesInfo info, int slices) {
    PlannedStack stack;
    stack.content = content;
    stack.role = role;
    stack.info = std::move(info);
    stack.slices = slices;
    plan_.stacks.push_back(std::move(stack));
    return plan_.stacks.back();
  }

  void add_t2() {
    const auto header = t2w_header(plan_.scanner, plan_.label).info;
    const bool twice = plan_.faults.t2 == T2Fault::repeated;
    if (twice) {
      auto first = header;
      first.series_uid = io::dicom::make_uid(header.series_uid + " first");
      auto& stack = add(Content::t2_spoilt, "t2_axial", first, plan_.scanner.slices);
      stack.image = "t2" + image_suffix_;
      stack.ambiguous = true;
    }
    auto& stack = add(Content::t2, "t2_axial", header, plan_.scanner.slices);
    stack.image = "t2" + image_suffix_;
    stack.ambiguous = stack.better = twice;
    stack.info.phase_encoding_direction = "COL";
  }

  PlannedStack& add_weighted(Content content, const char* role, double b_value) {
    auto info = diffusion_header(plan_.scanner, plan_.label, b_value).info;
    info.phase_encoding_direction = "COL";
    auto& stack = add(content, role, std::move(info), plan_.scanner.diffusion.slices);
    stack.b_value = b_value;
    return stack;
  }

  void add_diffusion() {
    const auto& protocol = plan_.scanner.diffusion;
    const auto vendor = plan_.scanner.vendor;
    const double middle = random_.uniform(), extra = random_.uniform(), unit = random_.uniform();
    auto& low = add_weighted(Content::low, "dwi", protocol.low_b);
    const auto low_info = low.info;
    if (plan_.multiframe) plan_.stacks.back().info.series_description = "DWI_ax";
    if (vendor == Vendor::siemens && middle < 0.4) {
      auto& stack = add_weighted(Content::middle, "dwi", kMiddleB);
      stack.info.acquisition_number = 2;
    }
    auto& high = add_weighted(Content::high, "dwi", protocol.high_b);
    high.image = "dwi" + image_suffix_;
    if (plan_.multiframe) {
      // Both b-values are frames of one image.
      high.info = low_info;
      high.info.series_description = "DWI_ax";
    }
    if (vendor == Vendor::siemens && extra < 0.25) {
      auto& stack = add_weighted(Content::calculated, "dwi_calculated", kCalculatedB);
      stack.info.series_uid = io::dicom::make_uid(low_info.series_uid + " calculated");
      stack.info.series_description = "ep2d_diff_tra_CALC_BVAL";
      stack.info.image_type = {"DERIVED", "PRIMARY", "DIFFUSION", "CALC_BVALUE", "ND"};
    }
    if (vendor == Vendor::philips && !plan_.multiframe && extra < 0.15) {
      // Isotropic images of the high b-value that state b 0; the private attributes know better.
      auto& stack = add_weighted(Content::isotropic, "dwi_trace", protocol.high_b);
      stack.info.series_uid = io::dicom::make_uid(low_info.series_uid + " isotropic");
      stack.info.series_description = "sDWI_ax";
      stack.info.image_type = {"DERIVED", "PRIMARY", "M_SE", "M", "SE"};
      stack.info.b_value = 0;
      stack.info.extra = {{0x2001, 0x0010, "LO", "Philips Imaging DD 001", {}},
                          {0x2001, 0x1003, "FL", std::to_string(std::lround(protocol.high_b)), {}},
                          {0x2001, 0x1004, "CS", "I", {}}};
    }
    auto& map = add(Content::adc, "adc", adc_header(plan_.scanner, plan_.label).info, protocol.slices);
    map.image = "adc" + image_suffix_;
    if (vendor == Vendor::ge && unit < 0.35) map.info.series_description = "Apparent Diffusion Coefficient";
  }

  void add_habit(const SeriesHabit& habit, std::size_t number) {
    const auto vendor = vendor_index(plan_.scanner.vendor);
    if (!(random_.uniform() < habit.share[vendor])) return;
    auto info = t2w_header(plan_.scanner, plan_.label).info;
    info.series_uid = io::dicom::make_uid(plan_.label.uid_seed + " series habit " + std::to_string(number));
    apply_habit(habit, vendor, info);
    const bool planes = habit.kind == SeriesHabit::Kind::three_planes;
    for (const auto view :
         planes ? std::vector<View>{View::axial, View::sagittal, View::coronal} : std::vector<View>{habit.view}) {
      auto& stack = add(Content::habit, habit.role, info, habit.slices);
      stack.habit = &habit;
      stack.view = view;
    }
  }

  /// Names, numbers and times, as the whole examination has them.
  void finish(const Identity& identity) {
    const auto vendor = plan_.scanner.vendor;
    const double names = random_.uniform();
    const bool empty = !plan_.multiframe && names < kEmptyNames;
    const bool unhelpful = !plan_.multiframe && !empty && names < kEmptyNames + kUnhelpfulNames;
    const std::string study = study_description();
    int minutes = 60 * whole(random_, 7, 17) + whole(random_, 0, 59);
    const std::string begin = clock(minutes);
    int series = 0, instances = 0;
    std::string uid;
    const auto complete = [&](io::dicom::DicomSeriesInfo& info) {
      info.study_description = study;
      info.study_time = begin;
      info.acquisition_time = clock(minutes);
      put_identity(info, identity, vendor, plan_.examination);
    };
    for (auto& stack : plan_.stacks) {
      auto& info = stack.info;
      if (info.series_uid != uid) {
        uid = info.series_uid;
        ++series;
        instances = 0;
        minutes += whole(random_, 2, 5);
      }
      info.series_number = vendor == Vendor::philips ? 100 * series + 1 : series;
      if (vendor == Vendor::ge && stack.content == Content::adc) info.series_number = 100 * series;
      info.first_instance_number = instances + 1;
      instances += stack.slices;
      // What the vendor's own software names or stores stays; what a technologist typed may be anything.
      const bool fixed = stack.role == "other_body_part" || stack.role == "secondary_capture" ||
                         (vendor == Vendor::ge && stack.content == Content::adc);
      if (!fixed && (empty || unhelpful)) {
        info.series_description = empty ? std::string() : "Series " + std::to_string(series);
        info.protocol_name.clear();
      }
      complete(info);
      if (stack.content == Content::t2) plan_.outlines = info;
    }
    auto& outlines = plan_.outlines;
    outlines.series_uid = io::dicom::make_uid(outlines.series_uid + " rtstruct");
    outlines.series_description = "Contours";
    outlines.series_number = 1000 + outlines.series_number;
    outlines.modality = "RTSTRUCT";
  }

  std::string study_description() {
    const double u = random_.uniform();
    const auto vendor = vendor_index(plan_.scanner.vendor);
    if (u < 0.20) return t2w_header(plan_.scanner, plan_.label).info.study_description;  // says which examination it is
    if (u < 0.30) return "";
    static constexpr const char* kNeutral[] = {"MRI rectum", "Rectum MRI", "MR PELVIS RECTUM"};
    return kNeutral[vendor];
  }

  static std::string clock(int minutes) {
    const auto two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
    return two(minutes / 60) + two(minutes % 60) + "00";
  }

  ExaminationPlan& plan_;
  Random random_;
  std::string image_suffix_;
};

}  // namespace

std::vector<ExaminationPlan> plan_examinations(const Cohort& cohort, const DiskPlan& disk, std::size_t index) {
  const auto& settings = cohort.settings();
  const auto patient = cohort.patient(index);
  const auto source = cohort.patient(disk.source(index));
  const auto own = imaging_of(patient);
  std::vector<ExaminationPlan> plans;
  for (int examination = 0; examination < (own.faults.no_second_examination ? 1 : 2); ++examination) {
    ExaminationPlan plan;
    plan.patient = index;
    plan.centre = patient.latent.centre;
    plan.examination = examination;
    plan.imaging = imaging_of(source);
    plan.image_seed = derive_seed(settings.seed, "demo image " + source.id);
    plan.scanner = scanners_of(settings.scenario)[static_cast<std::size_t>(source.latent.centre)];
    plan.faults = disk.faults(source, examination);
    plan.resampled = disk.resampled(index);
    plan.no_outline = own.faults.no_outline;
    const std::string uid_seed =
        "larc demo disk " + std::to_string(settings.seed) + " " + patient.id + " " + std::to_string(examination + 1);
    plan.label = {patient.id,
                  examination,
                  own.habitus.male ? "M" : "F",
                  own.age_years[examination],
                  own.weight_kg,
                  own.date[examination],
                  io::dicom::make_uid(uid_seed + " frame"),
                  uid_seed};
    Composer(plan, patient, settings.seed);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace larc::demo
