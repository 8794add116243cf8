#include "study/study.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <new>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/progress.h"

namespace larc::study {

namespace fs = std::filesystem;

namespace {

/// What a killed process was writing; nobody else writes while the lock is held.
void remove_partial_files(const fs::path& folder) {
  for (const char* part : {"store", "features", "models", "reports"}) {
    if (!fs::exists(folder / part)) continue;
    std::vector<fs::path> stale;
    for (const auto& entry : fs::recursive_directory_iterator(folder / part))
      if (entry.path().extension() == ".partial") stale.push_back(entry.path());
    for (const auto& path : stale) fs::remove(path);
  }
}

fs::path checked(fs::path folder) {
  if (!fs::exists(folder / "study.yaml"))
    throw Error(
        ErrorCode::not_found,
        folder.string() + " is not a study (it has no study.yaml); make one with 'larc init " + folder.string() + "'");
  return folder;
}

std::string registry_location(const fs::path& folder, const StudyFile& file) {
  const char* instead = std::getenv("LARC_DATABASE");
  if (instead != nullptr && *instead != '\0') {
    // Not quoted: a password may stand in it.
    if (!store::is_server_address(instead))
      throw Error(ErrorCode::format,
                  "LARC_DATABASE is no address of a database; write postgresql://user@host:port/database, or unset it");
    return instead;
  }
  return file.database.empty() ? (folder / "registry.db").string() : file.database;
}

}  // namespace

Study::Study(fs::path path, Access access)
    : folder(checked(std::move(path))),
      file(read_study_file(folder / "study.yaml")),
      lock_(folder, access),
      database(registry_location(folder, file), file.id),
      content(folder / "store"),
      ledger(database),
      registry(database),
      intake(database) {
  if (access == Access::read) return;
  database.lock_for_writing();
  remove_partial_files(folder);
}

Study::FolderLock::FolderLock(const fs::path& folder, Access access) {
  if (access == Access::read) return;
  descriptor_ = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor_ < 0) throw Error(ErrorCode::io, "folder " + folder.string() + " cannot be written to");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(descriptor_);
  throw Error(ErrorCode::conflict, "another larc is working on " + folder.string() + "; wait for it to end");
}

Study::FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void init_study(const fs::path& folder, const std::string& study_yaml) {
  if (fs::exists(folder / "study.yaml"))
    throw Error(ErrorCode::conflict,
                folder.string() + " already holds a study; choose another folder, or delete it first");
  parse_study_file(study_yaml, "study.yaml");
  ensure_directory(folder);
  write_file_atomic(folder / "study.yaml", study_yaml);
}

Json to_json(const Failure& failure) {
  return {{"case", failure.case_id}, {"stage", failure.stage}, {"reason", failure.reason}};
}

std::vector<Failure> failures(const Study& study) {
  std::vector<Failure> list;
  for (const auto& job : study.ledger.all())
    if (!job.done) list.push_back({job.case_id, job.stage, job.reason});
  return list;
}

void run_cases(Study& study, const std::string& stage, const std::vector<Case>& cases, const std::string& label,
               int threads) {
  const auto known = study.ledger.stage(stage);
  std::vector<const Case*> open;
  for (const Case& item : cases) {
    const auto found = known.find(item.id);
    if (found == known.end() || found->second.input_hash != item.input_hash) open.push_back(&item);
  }
  std::size_t steps = 0;
  for (const Case* item : open) steps += item->steps;
  Progress progress(label, steps);
  parallel_for(open.size(), threads, [&](std::size_t i) {
    const auto start = std::chrono::steady_clock::now();
    std::size_t left = open[i]->steps;
    const auto step = [&] {
      if (left > 1) progress.advance();
      if (left > 1) --left;
    };
    store::Job job{stage, open[i]->id, open[i]->input_hash, false, "", "", 0};
    try {
      job.result = open[i]->work ? open[i]->work() : open[i]->long_work(step);
      job.done = true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal || error.code() == ErrorCode::io) throw;
      job.reason = error.what();
    } catch (const std::bad_alloc&) {
      job.reason = "not enough memory for this case; use fewer threads or a machine with more memory";
    }
    job.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    study.ledger.record(job);
    progress.advance(left);
  });
}

void forget_other_cases(Study& study, const std::string& stage, const std::vector<Case>& cases) {
  std::set<std::string> present;
  for (const Case& item : cases) present.insert(item.id);
  for (const auto& [id, job] : study.ledger.stage(stage))
    if (!present.contains(id)) study.ledger.forget(stage, id);
}

}  // namespace larc::study
