#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace larc::demo {

/// signal  outcomes follow the documented model
/// null    outcomes follow nothing
/// leak    as null, and the column `followup_visits`, known only after the outcome, gives the outcome away; so does
///         `visit_score`, the same under a harmless name and in another unit
/// centre  outcomes follow the centre, whose scanner also leaves its mark on the image; nothing else
enum class Scenario { signal, null, leak, centre };

std::string to_string(Scenario scenario);
/// errors usage: not one of signal, null, leak, centre
Scenario parse_scenario(std::string_view text);

/// How images are delivered.
/// tidy  a folder for each patient, date and series; T2w, DWI and ADC alone
/// raw   as hospitals export them: see raw_disk.h
enum class Disk { tidy, raw };

std::string to_string(Disk disk);
/// errors usage: not one of tidy, raw
Disk parse_disk(std::string_view text);

struct DemoSettings {
  int patients = 240;  // screened; kEligiblePermille of them are eligible
  Scenario scenario = Scenario::signal;
  std::uint64_t seed = 1;
  int threads = 1;
  bool images = true;
  Disk disk = Disk::tidy;
};

/// Of 240 screened patients 186 are eligible.
inline constexpr int kEligiblePermille = 775;
/// Fewer patients than this cannot fill three centres.
inline constexpr int kFewestPatients = 6;
/// From this many on cells of the table and deliveries of images are faulty.
inline constexpr int kFewestForPlanted = 40;
/// From this many on there is a patient whose values break a check, for every check.
inline constexpr int kFewestForContradictions = 200;

}  // namespace larc::demo
