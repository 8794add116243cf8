#pragma once
#include <filesystem>

#include "clinical/registry.h"
#include "core/hash.h"
#include "store/content_store.h"
#include "store/database.h"
#include "store/ledger.h"
#include "study/intake_log.h"
#include "study/run_options.h"
#include "study/study_file.h"

namespace larc::study {

/// read: beside a process that writes; write: alone.
enum class Access { read, write };

/// An open study: study.yaml, the registry (registry.db, or a schema named after the study on the server of the key
/// `database` or of LARC_DATABASE), store/. One process writes to a study at a time.
class Study {
 public:
  /// errors not_found (no study.yaml: names `larc init`), conflict (write: another larc works on it), not_ready (the
  /// database server does not answer)
  explicit Study(std::filesystem::path folder, Access access = Access::write);
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  const std::filesystem::path folder;
  const StudyFile file;

 private:
  /// Held to the end, also when the study cannot be opened after all.
  class FolderLock {
   public:
    FolderLock(const std::filesystem::path& folder, Access access);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

   private:
    int descriptor_ = -1;
  };
  FolderLock lock_;

 public:
  store::Database database;
  store::ContentStore content;
  store::Ledger ledger;
  Registry registry;
  IntakeLog intake;
};

/// Makes a new study folder with the given study.yaml. errors conflict: the folder already holds a study
void init_study(const std::filesystem::path& folder, const std::string& study_yaml);

/// A case of a stage that failed.
struct Failure {
  std::string case_id;
  std::string stage;
  std::string reason;
};

Json to_json(const Failure& failure);

/// Everything that failed and was not mended since, by stage and case.
std::vector<Failure> failures(const Study& study);

/// Runs the cases of a stage that are not done on this input, up to `threads` at once, and records each end in the
/// ledger. A case that throws larc::Error is failed with its reason; the others go on.
struct Case {
  std::string id;
  std::string input_hash;
  std::function<std::string()> work;  // gives the result text
  /// Long work instead of `work`: `step` moves the bar, as many times as `steps` at most.
  std::function<std::string(const std::function<void()>& step)> long_work = {};
  std::size_t steps = 1;
};
void run_cases(Study& study, const std::string& stage, const std::vector<Case>& cases, const std::string& label,
               int threads);

/// Drops what the ledger remembers of cases the stage no longer has, such as those of an endpoint that was renamed.
void forget_other_cases(Study& study, const std::string& stage, const std::vector<Case>& cases);

}  // namespace larc::study
