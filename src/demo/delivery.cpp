#include "demo/delivery.h"

#include <functional>

#include "core/csv.h"
#include "core/output_file.h"
#include "demo/clinical_record.h"
#include "demo/disk_truth.h"
#include "demo/endpoint_truth.h"
#include "demo/faults.h"
#include "demo/identity.h"
#include "demo/screening_truth.h"
#include "stats/logistic.h"

namespace larc::demo {

namespace {

std::string centre_name(const DemoPatient& patient) {
  return std::string(1, "ABC"[patient.latent.centre]);
}

using Write = std::function<void(const Json&)>;

void planted_lines(const DemoPatient& patient, const Record&, const Write& write) {
  const auto& f = patient.faults;
  const std::pair<bool, const char*> faults[] = {{f.gas_1, "gas_1"},
                                                 {f.gas_2 && !f.no_second_examination, "gas_2"},
                                                 {f.motion_1, "motion_1"},
                                                 {f.truncated_slice, "truncated_slice"},
                                                 {f.missing_slice, "missing_slice"},
                                                 {f.no_outline, "no_outline"},
                                                 {f.no_diffusion, "no_diffusion"},
                                                 {f.no_second_examination, "no_second_examination"}};
  for (const auto& [present, what] : faults)
    if (present) write({{"patient", patient.id}, {"what", what}});
}

void cell_lines(const DemoPatient& patient, const Record&, const Write& write) {
  if (patient.plan.faulty_cell < 0) return;
  const auto& fault = cell_faults()[static_cast<std::size_t>(patient.plan.faulty_cell)];
  write({{"patient", patient.id}, {"column", fault.variable}, {"cell", fault.delivered}, {"what", fault.what}});
}

void contradiction_lines(const DemoPatient& patient, const Record& record, const Write& write) {
  const auto checks = broken_checks(record);
  if (!checks.empty()) write({{"patient", patient.id}, {"checks", checks}});
}

void eligibility_lines(const DemoPatient& patient, const Record& record, const Write& write) {
  const auto screening = screening_truth(record);
  Json line{{"patient", patient.id}, {"centre", centre_name(patient)}, {"state", screening.state}};
  if (!screening.criterion.empty()) line["criterion"] = screening.criterion;
  write(line);
}

void endpoint_lines(const DemoPatient& patient, const Record& record, const Write& write) {
  Json line{{"patient", patient.id}};
  for (const auto& outcome : endpoint_truth(record)) {
    Json& entry = line[outcome.endpoint];
    entry["state"] = outcome.state;
    if (outcome.state != "known") continue;
    if (outcome.kind == OutcomeTruth::Kind::binary) {
      entry["label"] = outcome.label;
    } else if (outcome.kind == OutcomeTruth::Kind::ordinal) {
      entry["level"] = outcome.level;
    } else {
      entry["time_months"] = outcome.time_months;
      entry["event"] = outcome.event;
    }
  }
  write(line);
}

void trait_lines(const DemoPatient& patient, const Record&, const Write& write) {
  const auto& z = patient.latent.traits;
  const auto& a = patient.imaging.before;
  const auto& response = patient.imaging.response;
  const auto& p = patient.predictors;
  write({{"patient", patient.id},
         {"centre", centre_name(patient)},
         {"tumour_volume_ml", a.volume_ml},
         {"tumour_mean_to_muscle", a.mean},
         {"tumour_texture_sd", a.texture_sd},
         {"tumour_irregularity", a.irregularity},
         {"texture_sigma_mm", a.texture_sigma_mm},
         {"fat_stranding", patient.imaging.stranding_1},
         {"volume_z", z.volume},
         {"intensity_z", z.intensity},
         {"heterogeneity_z", z.heterogeneity},
         {"irregularity_z", z.irregularity},
         {"diffusion_z", z.diffusion},
         {"stranding_z", z.stranding},
         {"pcr", is_pcr(patient.pathology)},
         {"pcr_linear_predictor", p.pcr.whole},
         {"pcr_probability", stats::logistic(p.pcr.whole)},
         {"os_linear_predictor", p.os.whole},
         {"crm_linear_predictor", p.crm.whole},
         {"deposits_linear_predictor", p.deposits.whole},
         {"response", patient.response},
         {"remaining", response.remaining},
         {"fibrosis", response.fibrosis},
         {"adc_before", response.adc_before},
         {"adc_after", response.adc_after},
         {"dead", patient.follow_up.dead},
         {"of_disease", patient.follow_up.dead && patient.follow_up.of_disease},
         {"lost_to_follow_up", patient.follow_up.lost}});
}

struct List {
  const char* key;
  void (*lines)(const DemoPatient&, const Record&, const Write&);
};
constexpr List kLists[] = {{"planted", planted_lines},
                           {"faulty_cells", cell_lines},
                           {"contradictions", contradiction_lines},
                           {"eligibility", eligibility_lines},
                           {"endpoints_of_patients", endpoint_lines},
                           {"traits", trait_lines}};

}  // namespace

void write_clinical_csv(const std::filesystem::path& path, const Cohort& cohort) {
  const auto columns = clinical_columns(cohort.settings().scenario);
  // Hospitals that export a raw disk leave in the table what has no business there.
  const bool names = cohort.settings().disk == Disk::raw;
  std::vector<std::string> header{"patient_id", "centre"};
  if (names) header.insert(header.end(), {"patient_name", "birth_date", "hospital_number", "remarks"});
  header.insert(header.end(), columns.begin(), columns.end());
  OutputFile file(path);
  file.write(format_csv(header, {}));
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    const auto patient = cohort.patient(i);
    const auto record = clinical_record(patient, cohort.settings());
    std::vector<std::string> row{patient.id, centre_name(patient)};
    if (names) {
      const auto who = identity_of(patient, cohort.settings().seed);
      const auto& born = who.birth_date;
      row.insert(row.end(),
                 {who.family + ", " + who.given, born.substr(0, 4) + "-" + born.substr(4, 2) + "-" + born.substr(6),
                  who.hospital_number, "Dr. " + who.reader + " called, " + who.telephone});
    }
    for (const auto& column : columns) row.push_back(clinical_cell(record, column));
    file.write(format_csv_row(row));
  }
  file.commit();
}

void write_truth(const std::filesystem::path& path, const Cohort& cohort, const DemoTruth& truth) {
  OutputFile file(path);
  std::string head = dump_json(to_json(truth), 1);
  head.resize(head.rfind('\n'));  // without the closing brace
  file.write(head);
  const auto write_list = [&](const char* key, const std::function<void(std::size_t, const Write&)>& lines) {
    file.write(",\n \"" + std::string(key) + "\": [");
    bool first = true;
    for (std::size_t i = 0; i < cohort.size(); ++i)
      lines(i, [&](const Json& line) {
        file.write((first ? "\n  " : ",\n  ") + dump_json(line));
        first = false;
      });
    file.write(first ? "]" : "\n ]");
  };
  for (const auto& list : kLists)
    write_list(list.key, [&](std::size_t i, const Write& write) {
      const auto patient = cohort.patient(i);
      list.lines(patient, clinical_record(patient, cohort.settings()), write);
    });
  if (cohort.settings().disk == Disk::raw && cohort.settings().images) {
    const DiskPlan disk(cohort);
    for (const auto& list : disk_lists())
      write_list(list.key, [&](std::size_t i, const Write& write) { list.lines(cohort, disk, i, write); });
  }
  file.write("\n}\n");
  file.commit();
}

}  // namespace larc::demo
