#include "store/ledger.h"

#include <algorithm>
#include <ctime>
#include <tuple>

namespace larc::store {

namespace {

constexpr const char* kColumns = "stage, case_id, input_hash, state, reason, result, seconds";

Job job_of(const Row& row) {
  return {text(row[0]), text(row[1]), text(row[2]), text(row[3]) == "done", text(row[4]), text(row[5]), number(row[6])};
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char buffer[32];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return buffer;
}

void Ledger::record(const Job& job) {
  database_.execute(
      "INSERT INTO job (stage, case_id, input_hash, state, reason, result, seconds, recorded_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (stage, case_id) DO UPDATE SET "
      "input_hash = excluded.input_hash, state = excluded.state, reason = excluded.reason, "
      "result = excluded.result, seconds = excluded.seconds, recorded_at = excluded.recorded_at",
      {job.stage, job.case_id, job.input_hash, std::string(job.done ? "done" : "failed"), job.reason, job.result,
       job.seconds, utc_now()});
}

std::optional<Job> Ledger::find(const std::string& stage, const std::string& case_id) const {
  const auto rows = database_.query(std::string("SELECT ") + kColumns + " FROM job WHERE stage = $1 AND case_id = $2",
                                    {stage, case_id});
  if (rows.empty()) return std::nullopt;
  return job_of(rows[0]);
}

std::map<std::string, Job> Ledger::stage(const std::string& stage) const {
  std::map<std::string, Job> jobs;
  for (const Row& row : database_.query(std::string("SELECT ") + kColumns + " FROM job WHERE stage = $1", {stage}))
    jobs[text(row[1])] = job_of(row);
  return jobs;
}

std::vector<Job> Ledger::all() const {
  std::vector<Job> jobs;
  for (const Row& row : database_.query(std::string("SELECT ") + kColumns + " FROM job")) jobs.push_back(job_of(row));
  // Not by the database, whose order of texts may be that of a language.
  std::sort(jobs.begin(), jobs.end(),
            [](const Job& a, const Job& b) { return std::tie(a.stage, a.case_id) < std::tie(b.stage, b.case_id); });
  return jobs;
}

void Ledger::forget(const std::string& stage, const std::string& case_id) {
  database_.execute("DELETE FROM job WHERE stage = $1 AND case_id = $2", {stage, case_id});
}

}  // namespace larc::store
