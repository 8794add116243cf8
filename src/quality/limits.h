#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/number.h"
#include "quality/measure.h"

namespace larc::quality {

/// One judged or unjudged image of a development centre.
struct QualityRow {
  std::string role;  // limits are learned apart for each
  std::vector<Measure> measures;
  std::optional<bool> accepted;  // a reader's decision
};

struct LimitSettings {
  double doubtful = 3.5;           // robust standard deviations to the worse side (Iglewicz, Hoaglin 1993)
  double exclude = 5;              // the same
  std::size_t fewest_images = 8;   // of a role, else it has no limits
  std::size_t fewest_of_each = 8;  // accepted and refused ones, for cuts by the readers
  double most_false = 0.02;        // of the accepted images, for one measure's cut; there are many measures
  double least_youden = 0.1;       // of a cut after readers, among the refused images that are left
};

/// What is usual of one measure, on the scale of the measure table, and from where it counts.
struct MeasureLimit {
  std::string id;
  double centre = 0;
  double spread = 1;                 // as a standard deviation
  double doubtful = 0, exclude = 0;  // distances to the worse side, in spreads
  bool by_readers = false;           // they follow readers' decisions
  std::size_t images = 0;
};

struct RoleLimits {
  std::string role;
  std::vector<MeasureLimit> measures;
  std::size_t images = 0;
  std::size_t accepted = 0, refused = 0;          // by readers
  double sensitivity = kNaN, specificity = kNaN;  // of the exclusion against the readers, on these very images
};

struct Limits {
  std::vector<RoleLimits> roles;  // by name
  const RoleLimits* of(const std::string& role) const;
};

/// Learns what is usual, role by role. Centre and spread of each measure are median and median absolute deviation on
/// the scale of the measure table, the spread no less than the table's. Faulty images among the rows do not move them:
/// the spread starts from the better half alone, then values beyond the exclusion are left out and both are taken
/// again. Cuts are those of the settings.
///
/// With enough readers' decisions centre and spread come from images not refused, and cuts follow the readers, measure
/// by measure: the measure whose best cut gains most goes first, images it refuses are done with, and so on until none
/// gains two images and `least_youden` of what is left. Gain is Youden's index between the refused ones left and the
/// accepted ones, both distributions smoothed by a Gaussian kernel (Fluss 2005; bandwidth of Silverman 1986), among
/// cuts that refuse few accepted ones; an image is doubtful from where that index reaches 0.9 of its maximum. The other
/// measures keep their cuts, but none that refuses what readers accepted. errors domain: no rows, settings out of order
Limits fit(const std::vector<QualityRow>& rows, const LimitSettings& settings = {});

enum class Decision { ok, doubtful, exclude };
std::string to_string(Decision decision);

/// From where on an image is doubtful or excluded, in units of the measure. decision  not ok
double bound_of(const MeasureLimit& limit, Decision decision);

struct VerdictReason {
  std::string measure;
  double value;
  double limit;     // in units of the measure, of the decision it led to
  double severity;  // distance over that of exclusion: above 1 is out
  Decision decision;
  Label text;
};

struct Verdict {
  Decision decision = Decision::ok;
  double severity = 0;
  std::vector<VerdictReason> reasons;  // worst first; only what is doubtful or worse
  Label note;                          // why there is no judgement; empty where there is
};

/// A role without limits is ok with a note: a study decides what becomes of images nobody can judge.
Verdict apply(const Limits& limits, const std::string& role, const std::vector<Measure>& measures);

Json to_json(const Limits& limits);
/// errors format: not limits, or of another version
Limits limits_of(const Json& json);
Json to_json(const Verdict& verdict);

}  // namespace larc::quality
