#include "io/dicom/deidentify_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kHeader{"file", "outcome", "reason", "object", "sha256"};

void expect_equal(const Json& begun, const Json& now, const char* key, const char* what) {
  if (begun.value(key, "") != now.at(key).get<std::string>())
    throw Error(ErrorCode::conflict, std::string("the target folder was begun with other ") + what + " (" +
                                         begun.value(key, "none") + ", now " + now.at(key).get<std::string>() +
                                         "); give those, or another folder");
}

}  // namespace

DeidentifyLedger::DeidentifyLedger(const fs::path& folder, const Secret& secret, const DeidentifyOptions& options)
    : folder_(folder) {
  ensure_directory(folder);
  lock_ = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (lock_ < 0) throw Error(ErrorCode::io, "the target folder cannot be written; check its permissions");
  try {
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0)
      throw Error(ErrorCode::conflict, "another larc is at work in the target folder; wait for it to end");
    const Json now{
        {"secret", secret.fingerprint()}, {"options", options.profile.names()}, {"tables", profile_version()}};
    const fs::path begun_file = folder / "deidentification.json";
    if (fs::exists(begun_file)) {
      const Json begun = read_json(begun_file);
      secret.expect_fingerprint(begun.value("secret", ""), "the target folder");
      expect_equal(begun, now, "options", "options");
      expect_equal(begun, now, "tables", "versions of the tables");
    } else {
      write_file_atomic(begun_file, dump_json(now, 2) + "\n");
    }
    if (!fs::exists(folder / "files.csv")) return;
    const CsvTable table = read_csv(folder / "files.csv");
    if (table.header != kHeader)
      throw Error(ErrorCode::format, "files.csv of the target folder is not as larc wrote it; use another folder");
    for (const auto& row : table.rows) set(row[0], {row[1], row[2], row[3], row[4]});
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

DeidentifyLedger::~DeidentifyLedger() {
  ::close(lock_);
}

const LedgerEntry* DeidentifyLedger::find(const std::string& file) const {
  const auto found = entries_.find(file);
  return found == entries_.end() ? nullptr : &found->second;
}

const std::string& DeidentifyLedger::file_of(const std::string& object) const {
  static const std::string kNone;
  const auto found = file_of_object_.find(object);
  return found == file_of_object_.end() ? kNone : found->second;
}

void DeidentifyLedger::set(const std::string& file, LedgerEntry entry) {
  if (entry.outcome == "written") file_of_object_[entry.object] = file;
  entries_[file] = std::move(entry);
}

void DeidentifyLedger::save() const {
  std::vector<std::vector<std::string>> rows;
  std::map<std::string, std::size_t> outcomes, reasons;
  std::set<std::string> patients;
  for (const auto& [file, entry] : entries_) {
    rows.push_back({file, entry.outcome, entry.reason, entry.object, entry.sha256});
    ++outcomes[entry.outcome];
    if (entry.outcome == "refused") ++reasons[entry.reason];
    if (entry.outcome == "written") patients.insert(entry.object.substr(0, entry.object.find('/')));
  }
  write_file_if_changed(folder_ / "files.csv", format_csv(kHeader, rows));
  Json summary{{"files", entries_.size()}, {"patients", patients.size()}};
  for (const char* outcome : {"written", "copy", "refused", "not_dicom", "directory"})
    summary[outcome] = outcomes[outcome];
  summary["reasons"] = Json::array();
  for (const auto& [reason, count] : reasons) summary["reasons"].push_back({{"reason", reason}, {"files", count}});
  write_file_if_changed(folder_ / "summary.json", dump_json(summary, 2) + "\n");
}

}  // namespace larc::io::dicom
