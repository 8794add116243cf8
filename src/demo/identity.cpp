#include "demo/identity.h"

#include "demo/choose.h"

namespace larc::demo {

namespace {

/// "Vorzelquin": capital first, `syllables` long.
std::string word(Random& random, int syllables) {
  static constexpr const char* kStarts[] = {"vor", "zel", "quin", "brax", "thul", "mez", "drov", "kil", "wex", "plor"};
  static constexpr const char* kEnds[] = {"ak", "ez", "ivo", "onq", "ux", "ajd", "ewk", "ilz", "oz", "yr"};
  std::string text;
  for (int s = 0; s < syllables; ++s) {
    text += kStarts[random.below(std::size(kStarts))];
    text += kEnds[random.below(std::size(kEnds))];
  }
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string code(Random& random, int length) {
  static constexpr char kLetters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string text;
  for (int c = 0; c < length; ++c) text += kLetters[random.below(sizeof kLetters - 1)];
  return text;
}

std::string digits(Random& random, int length) {
  std::string text;
  for (int c = 0; c < length; ++c) text += static_cast<char>('0' + random.below(10));
  return text;
}

}  // namespace

std::string Identity::person_name() const {
  const std::string name = family + "^" + given;
  return ideographic.empty() ? name : name + "=" + ideographic;
}

Identity identity_of(const DemoPatient& patient, std::uint64_t seed) {
  Random random(derive_seed(seed, "demo identity", patient.index));
  Identity result;
  result.family = word(random, 2);
  result.given = word(random, 2);
  const std::string family_sign = choose(random, {{"欧阳", 0.4}, {"司徒", 0.3}, {"慕容", 0.3}});
  const std::string given_sign = choose(random, {{"翙翯", 0.3}, {"甯骞", 0.3}, {"雩祎", 0.4}});
  if (patient.latent.centre == 2) result.ideographic = family_sign + "^" + given_sign;
  const std::chrono::year_month_day day{patient.course.mri_1};
  const int year = static_cast<int>(day.year()) - patient.latent.clinical.age_years - 1;
  // One draw a statement: the operands of + come in any order.
  const int month = whole(random, 1, 12), day_of_month = whole(random, 1, 28);
  result.birth_date = dicom_date(Day{std::chrono::year{year} / month / day_of_month});
  result.street = word(random, 2) + " Street ";
  result.street += std::to_string(whole(random, 1, 180));
  result.city = word(random, 2) + " City";
  result.telephone = "+999 " + digits(random, 3) + " ";
  result.telephone += digits(random, 7);
  result.hospital_number = "HN-" + code(random, 9);
  for (auto& accession : result.accession) accession = "ACC" + code(random, 9);
  result.physician = word(random, 2) + "^";
  result.physician += word(random, 1) + "^^Dr.";
  result.operator_name = word(random, 2) + "^";
  result.operator_name += word(random, 1);
  result.reader = word(random, 2);
  static constexpr const char* kHospitals[] = {"Zelhovar General Hospital", "Quinbraxia University Clinic",
                                               "Thulmezon Cancer Centre"};
  result.institution = kHospitals[patient.latent.centre];
  result.department = "Department Drovkilane";
  return result;
}

void put_identity(io::dicom::DicomSeriesInfo& info, const Identity& identity, Vendor vendor, int examination) {
  info.patient_name = identity.person_name();
  info.patient_birth_date = identity.birth_date;
  info.accession_number = identity.accession[examination];
  info.referring_physician = identity.physician;
  info.institution_name = identity.institution;
  auto& extra = info.extra;
  const auto text = [](std::uint16_t group, std::uint16_t element, const char* vr, std::string value) {
    return io::dicom::DicomAttribute{group, element, vr, std::move(value), {}};
  };
  extra.push_back(text(0x0008, 0x0081, "ST", identity.street + ", " + identity.city));
  extra.push_back(text(0x0008, 0x1040, "LO", identity.department));
  extra.push_back(text(0x0008, 0x1050, "PN", identity.reader));
  extra.push_back(text(0x0008, 0x1070, "PN", identity.operator_name));
  extra.push_back(text(0x0010, 0x1000, "LO", identity.hospital_number));
  extra.push_back(text(0x0010, 0x1040, "LO", identity.street + " " + identity.city));
  extra.push_back(text(0x0010, 0x2154, "SH", identity.telephone));
  extra.push_back(text(0x0010, 0x4000, "LT",
                       "Please call " + identity.given + " " + identity.family + ", " + identity.telephone +
                           ", before the appointment"));
  extra.push_back(text(0x0020, 0x4000, "LT", "seen by " + identity.reader + ", born " + identity.birth_date));
  // A person in a sequence in a sequence (PS3.3 10.1), and the request.
  extra.push_back({0x0008,
                   0x0096,
                   "SQ",
                   "",
                   {text(0x0008, 0x0080, "LO", identity.institution),
                    text(0x0040, 0x1102, "ST", identity.street),
                    {0x0040,
                     0x1101,
                     "SQ",
                     "",
                     {text(0x0008, 0x0100, "SH", "1"), text(0x0008, 0x0102, "SH", "99LOCAL"),
                      text(0x0008, 0x0104, "LO", identity.physician)}}}});
  extra.push_back({0x0040,
                   0x0275,
                   "SQ",
                   "",
                   {text(0x0040, 0x0007, "LO", "MRI for " + identity.family), text(0x0040, 0x0009, "SH", "1"),
                    text(0x0040, 0x1001, "SH", identity.accession[examination])}});
  switch (vendor) {
    case Vendor::siemens:
      extra.push_back(text(0x0029, 0x0010, "LO", "SIEMENS CSA HEADER"));
      extra.push_back(text(0x0029, 0x1020, "OB",
                           "tPatientName = \"" + identity.family + "\" tReader = \"" + identity.reader + "\""));
      break;
    case Vendor::philips:
      extra.push_back(text(0x2001, 0x0090, "LO", "Philips Imaging DD 129"));
      extra.push_back(text(0x2001, 0x9000, "LO", identity.operator_name));
      extra.push_back({0x2005, 0x0014, "LO", "Philips MR Imaging DD 005", {}});
      extra.push_back({0x2005, 0x140f, "SQ", "", {text(0x0010, 0x0010, "PN", identity.person_name())}});
      break;
    case Vendor::ge:
      extra.push_back(text(0x0009, 0x0010, "LO", "GEMS_IDEN_01"));
      extra.push_back(text(0x0009, 0x10e3, "LO", identity.hospital_number));
      extra.push_back(text(0x0025, 0x0010, "LO", "GEMS_SERS_01"));
      extra.push_back(text(0x0025, 0x1011, "LT", identity.given + " " + identity.family));
      break;
  }
}

std::vector<PlantedString> planted_strings(const Identity& identity) {
  const auto& born = identity.birth_date;
  std::vector<PlantedString> all{{"family name", identity.family},
                                 {"given name", identity.given},
                                 {"birth date", born},
                                 {"birth date", born.substr(0, 4) + "-" + born.substr(4, 2) + "-" + born.substr(6)},
                                 {"street", identity.street},
                                 {"city", identity.city},
                                 {"telephone", identity.telephone},
                                 {"hospital number", identity.hospital_number},
                                 {"accession number", identity.accession[0]},
                                 {"accession number", identity.accession[1]},
                                 {"referring physician", identity.physician.substr(0, identity.physician.find('^'))},
                                 {"operator", identity.operator_name.substr(0, identity.operator_name.find('^'))},
                                 {"reader", identity.reader},
                                 {"institution", identity.institution},
                                 {"department", identity.department}};
  if (!identity.ideographic.empty()) all.push_back({"ideographic name", identity.ideographic});
  return all;
}

}  // namespace larc::demo
