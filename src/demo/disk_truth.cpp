#include "demo/disk_truth.h"

#include <set>

#include "demo/clinical_record.h"
#include "demo/examination_plan.h"
#include "demo/identity.h"

namespace larc::demo {

namespace {

using Write = std::function<void(const Json&)>;

/// What the dates of the clinical table make of an examination on this day.
std::string by_dates(const Record& record, Day day) {
  const auto start = record.day("nat_start"), end = record.day("nat_end");
  if (start && day < *start) return "before_therapy";
  if (end && day >= *end && start && *start <= *end) return "after_therapy";
  return start && end && *start <= *end ? "during_therapy" : "unknown";
}

void examination_lines(const Cohort& cohort, const DiskPlan& disk, std::size_t i, const Write& write) {
  const auto patient = cohort.patient(i);
  const auto record = clinical_record(patient, cohort.settings());
  for (const auto& plan : plan_examinations(cohort, disk, i)) {
    const Day day = plan.examination == 0 ? patient.course.mri_1 : patient.course.mri_2;
    write({{"patient", patient.id},
           {"study_uid", plan.stacks.front().info.study_uid},
           {"date", plan.label.date},
           {"time_point", plan.examination + 1},
           {"by_dates_of_the_table", by_dates(record, day)}});
  }
}

std::string stated_unit(const io::dicom::DicomSeriesInfo& info) {
  if (info.rescale_slope != 1) return info.rescale_type;
  return info.series_description.find("10^-6") != std::string::npos ? "10^-6 mm2/s" : "";
}

void series_lines(const Cohort& cohort, const DiskPlan& disk, std::size_t i, const Write& write) {
  for (const auto& plan : plan_examinations(cohort, disk, i)) {
    std::set<std::pair<std::string, double>> told;  // the planes of a localiser are one line
    for (const auto& stack : plan.stacks) {
      if (!told.insert({stack.info.series_uid, std::isfinite(stack.b_value) ? stack.b_value : -1}).second) continue;
      Json line{{"patient", plan.label.patient},
                {"series_uid", stack.info.series_uid},
                {"b_value", number_or_null(stack.b_value)},
                {"role", stack.role},
                {"time_point", plan.examination + 1},
                {"image", stack.image.empty() ? Json(nullptr) : Json(stack.image)}};
      if (stack.content == Content::isotropic) line["stated_b_value"] = stack.info.b_value;
      if (stack.content == Content::adc) {
        line["unit"] = plan.scanner.vendor == Vendor::philips ? "10^-3 mm2/s" : "10^-6 mm2/s";
        line["stated_unit"] = stated_unit(stack.info);
      }
      if (plan.multiframe && stack.content != Content::habit) line["multiframe"] = true;
      if (stack.ambiguous) {
        line["ambiguous"] = true;
        line["better"] = stack.better;
      }
      write(line);
    }
    if (!plan.no_outline)
      write({{"patient", plan.label.patient},
             {"series_uid", plan.outlines.series_uid},
             {"b_value", nullptr},
             {"role", "rtstruct"},
             {"time_point", plan.examination + 1},
             {"image", nullptr}});
  }
}

void quality_lines(const Cohort& cohort, const DiskPlan& disk, std::size_t i, const Write& write) {
  for (const auto& plan : plan_examinations(cohort, disk, i))
    for (const auto& stack : plan.stacks) {
      if (stack.image.empty()) continue;
      std::string fault;
      bool exclude = false;
      if (stack.content == Content::t2_spoilt) {
        fault = to_string(T2Fault::motion);
        exclude = true;
      } else if (stack.content == Content::t2) {
        fault = plan.faults.t2 == T2Fault::repeated ? "" : to_string(plan.faults.t2);
        exclude = is_excluding(plan.faults.t2);
      } else {
        fault = to_string(plan.faults.diffusion);
        exclude = is_excluding(plan.faults.diffusion);
      }
      write({{"patient", plan.label.patient},
             {"series_uid", stack.info.series_uid},
             {"b_value", number_or_null(stack.b_value)},
             {"image", stack.image},
             {"fault", fault},
             {"exclude", exclude}});
    }
}

/// The series of the two patients stand side by side where both have the image.
void duplicate_lines(const Cohort& cohort, const DiskPlan& disk, std::size_t i, const Write& write) {
  const auto source = disk.source(i);
  if (source == i) return;
  const auto original = plan_examinations(cohort, disk, source);
  for (const auto& copy : plan_examinations(cohort, disk, i))
    for (const auto& plan : original) {
      if (plan.examination != copy.examination) continue;
      for (const auto& stack : copy.stacks)
        for (const auto& other : plan.stacks) {
          if (stack.image.empty() || stack.content != other.content) continue;
          write({{"kind", disk.resampled(i) ? "resampled" : "exact"},
                 {"patients", {plan.label.patient, copy.label.patient}},
                 {"image", stack.image},
                 {"series_uids", {other.info.series_uid, stack.info.series_uid}},
                 {"b_value", number_or_null(stack.b_value)}});
        }
    }
}

void identity_lines(const Cohort& cohort, const DiskPlan&, std::size_t i, const Write& write) {
  const auto patient = cohort.patient(i);
  Json strings = Json::array();
  for (const auto& planted : planted_strings(identity_of(patient, cohort.settings().seed)))
    strings.push_back({{"what", planted.what}, {"text", planted.text}});
  write({{"patient", patient.id}, {"strings", strings}});
}

}  // namespace

const std::vector<DiskList>& disk_lists() {
  static const std::vector<DiskList> all{{"examinations", examination_lines},
                                         {"series", series_lines},
                                         {"quality", quality_lines},
                                         {"duplicates", duplicate_lines},
                                         {"identifying_strings", identity_lines}};
  return all;
}

}  // namespace larc::demo
