#pragma once
#include <string>
#include <vector>

#include "demo/cohort.h"
#include "demo/scanner.h"
#include "io/dicom/write.h"

namespace larc::demo {

/// Who a synthetic patient would be: everything that has to be gone from whatever larc writes.
struct Identity {
  std::string family, given, ideographic;  // the last only at one centre
  std::string birth_date;                  // YYYYMMDD
  std::string street, city, telephone;
  std::string hospital_number;
  std::string accession[2];  // of the two examinations
  std::string physician, operator_name, reader;
  std::string institution, department;

  std::string person_name() const;
};

/// From the seed and the patient alone. Names are of syllables that occur in no language, so that a byte search for
/// them finds nothing else.
Identity identity_of(const DemoPatient& patient, std::uint64_t seed);

/// Puts it where hospitals do: attributes of its own, free text, nested sequences, private attributes of the vendor.
void put_identity(io::dicom::DicomSeriesInfo& info, const Identity& identity, Vendor vendor, int examination);

struct PlantedString {
  std::string what;
  std::string text;
};
/// What to search for. Of the date of birth, eight digits that may occur by chance, every written form.
std::vector<PlantedString> planted_strings(const Identity& identity);

}  // namespace larc::demo
