#include "demo/faults.h"

#include <algorithm>

#include "demo/choose.h"
#include "demo/course.h"

namespace larc::demo {

namespace {

using std::chrono::days;

Day day_of(const Record& record, const std::string& variable, Day otherwise) {
  return record.day(variable).value_or(otherwise);
}

void set_nodes(Record& record, const char* category, int positive, int examined) {
  record.set("ypN", std::string(category));
  record.set("nodes_positive", positive);
  record.set("nodes_examined", examined);
}

void set_regression(Record& record, int ajcc, const char* ypt) {
  record.set("trg_system", std::string("AJCC"));
  record.set("trg_value", ajcc);
  record.set("ypT", std::string(ypt));
}

void break_pathology(int check, Record& record) {
  switch (check) {
    case 1:
      set_nodes(record, "1c", 0, 14);
      return record.set("tumour_deposit_count", 0);
    case 2:
      return set_nodes(record, "2b", 8, 3);
    case 3:
      return set_nodes(record, "1b", 1, 14);
    case 4:
      record.set("trg_system", std::string("AJCC"));
      return record.set("trg_value", 5);
    case 5:
      return set_regression(record, 0, "3");
    case 6:
      return set_regression(record, 3, "0");
    default:
      set_nodes(record, "0", 0, 14);
      return record.set("tumour_deposit_count", 2);
  }
}

void break_dates(int check, Record& record) {
  const Day some_day{std::chrono::year{2018} / 5 / 14};
  const Day start = day_of(record, "nat_start", some_day), end = day_of(record, "nat_end", some_day + days(40));
  const Day surgery = day_of(record, "surgery_date", some_day + days(100));
  const Day seen = std::max(day_of(record, "last_contact_date", surgery + days(400)), surgery + days(60));
  switch (check) {
    case 8:
      return record.set("diagnosis_date", start + days(10));
    case 9:
      return record.set("mri_date_1", start + days(6));
    case 10:
      return record.set("nat_start", end + days(3));
    case 11:
      return record.set("mri_date_2", end - days(10));
    case 12:
      return record.set("surgery_date", end - days(5));
    case 13:
      return record.set("last_contact_date", surgery - days(20));
    case 14:
      record.set("last_contact_date", seen);
      record.set("vital_status", std::string("dead"));
      return record.set("death_date", seen - days(30));
    // A state of after the data cut would not be known yet.
    case 15:
      record.set("last_contact_date", std::min(seen, kDataCut));
      record.set("vital_status", std::string("dead"));
      return record.lose("death_date");
    case 16:
      record.set("last_contact_date", std::min(seen, kDataCut));
      record.set("vital_status", std::string("alive"));
      return record.set("death_date", std::min(seen, kDataCut) + days(3));
    case 17:
      return record.set("local_recurrence_date", surgery);
    default:
      return record.set("distant_metastasis_date", std::max(seen, day_of(record, "death_date", seen)) + days(40));
  }
}

}  // namespace

const std::vector<CellFault>& cell_faults() {
  static const std::vector<CellFault> faults{
      {"ypT", "x", "no such code"},
      {"last_contact_date", "2019-02-30", "no such day"},
      {"sex", "male", "a label where a code belongs"},
      {"crm_mm", "250", "out of range"},
      {"cea_ng_ml", "4,7", "a decimal comma"},
      {"age_years", "172", "out of range"},
      {"tumour_deposit_count", "several", "no number"},
      {"lab_date_1", "2019-02-30", "no such day"},
      {"vital_status", "lost", "no such code"},
      {"haemoglobin_g_l", "13,2", "a decimal comma"},
      {"planned_regimen", "CRT", "a label where a code belongs"},
      {"weight_kg", "about 70", "no number"},
  };
  return faults;
}

void break_check(int check, Record& record) {
  if (check <= 7) return break_pathology(check, record);
  if (check <= 18) return break_dates(check, record);
  if (check == 19) {
    record.set("height_cm", 170);
    record.set("weight_kg", 70);
    record.set("bmi", 31.4, 1);
  } else if (check == 20) {
    record.set("cT_1", std::string("T4a"));
    record.set("ct4b_organs_1", std::string("bladder"));
  } else if (check == 21) {
    record.set("mmr", std::string("dMMR"));
    record.set("msi", std::string("MSS"));
  } else {
    record.set("actual_regimen", std::string("chemotherapy_only"));
    record.set("rt_dose_gy", 50.4, 1);
  }
}

std::string missing_code(Random& random) {
  return choose(random, {{"", 0.70}, {"NA", 0.10}, {"-99", 0.12}, {"unk", 0.08}});
}

}  // namespace larc::demo
