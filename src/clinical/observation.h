#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace larc::clinical {

/// One value as a source gives it.
struct Observation {
  std::string variable;
  std::string value;     // canonical text; empty withdraws
  std::string valid_at;  // ISO date on which it was true; empty: unknown
  std::string reader;    // empty: consensus, or the only one; "r1", "r2"
  std::string instance;  // of a repeated measurement; empty: not repeated
};

/// What one row of a source says of one patient.
struct SourceRecord {
  std::string patient;
  std::string source;
  std::string source_hash;
  std::size_t row = 0;  // data row in the source, from 1; 0: none
  std::vector<Observation> observations;
};

/// One value in the history of a patient.
struct Fact {
  Observation observation;
  std::string recorded_at;  // UTC
  std::string by;
  std::string source;
  std::size_t row = 0;
  std::int64_t id = 0;  // of the registry's row
};

}  // namespace larc::clinical
