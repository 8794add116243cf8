#pragma once
#include <string>

#include "clinical/label.h"

namespace larc::clinical {

/// Something a person has to look at.
struct Finding {
  std::string kind;  // "fault" (a cell that could not be understood), "check", "readers", "unknown", "contradiction",
                     // "persistent_disease"
  std::string patient;  // pseudonym; empty: of the whole table
  std::string item;     // column, check, criterion, variable or endpoint
  Label text;           // what is wrong
  Label remedy;         // what to do
  std::string source;   // file
  std::size_t row = 0;  // data row in the file, from 1; 0: none
};

Json to_json(const Finding& finding);
Finding finding_of(const Json& json);

}  // namespace larc::clinical
