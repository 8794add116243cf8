#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

namespace larc::store {

/// What became of one case in one stage.
struct Job {
  std::string stage;
  std::string case_id;
  std::string input_hash;  // everything the result depends on
  bool done = false;       // otherwise failed, for `reason`
  std::string reason;
  std::string result;  // a small document or the hash of an object
  double seconds = 0;
};

/// The job ledger behind every progress bar, the resume and the list of failures.
class Ledger {
 public:
  explicit Ledger(Database& database) : database_(database) {}
  void record(const Job& job);
  std::optional<Job> find(const std::string& stage, const std::string& case_id) const;
  /// By case.
  std::map<std::string, Job> stage(const std::string& stage) const;
  /// By stage and case.
  std::vector<Job> all() const;
  void forget(const std::string& stage, const std::string& case_id);

 private:
  Database& database_;
};

/// UTC, "2026-01-31T12:00:00Z"
std::string utc_now();

}  // namespace larc::store
