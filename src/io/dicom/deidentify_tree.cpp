#include "io/dicom/deidentify_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "io/dicom/deidentify_ledger.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunk = 1024;  // files between two records of what is done
constexpr const char* kPartial = ".partial";

fs::path resolved(const fs::path& path) {
  std::error_code status;
  fs::path whole = fs::weakly_canonical(fs::absolute(path), status);
  return status ? fs::absolute(path).lexically_normal() : whole;
}

/// All regular files below the paths, each once, in the order of their names; folders behind symbolic links are not
/// entered. `unreadable` counts folders that cannot be listed.
std::vector<fs::path> walk(const std::vector<fs::path>& paths, std::size_t& unreadable) {
  std::set<fs::path> files;
  for (std::size_t n = 0; n < paths.size(); ++n) {
    std::error_code status;
    const fs::path start = resolved(paths[n]);
    if (!fs::exists(start, status))
      throw Error(ErrorCode::not_found, "path " + std::to_string(n + 1) + " of the command does not exist; check it");
    if (fs::is_regular_file(start, status)) files.insert(start);
    std::vector<fs::path> folders;
    if (fs::is_directory(start, status)) folders.push_back(start);
    while (!folders.empty()) {
      const fs::path folder = std::move(folders.back());
      folders.pop_back();
      fs::directory_iterator entry(folder, status);
      if (status) ++unreadable;
      for (; !status && entry != fs::directory_iterator(); entry.increment(status)) {
        std::error_code ignored;
        if (entry->is_directory(ignored) && !entry->is_symlink(ignored))
          folders.push_back(entry->path());
        else if (entry->is_regular_file(ignored))
          files.insert(entry->path());
      }
    }
  }
  return {files.begin(), files.end()};
}

/// The keyed name of a file as it lies there now: path, size and time of change.
std::string key_of(const fs::path& path, const Secret& secret) {
  struct stat status {};
  std::vector<std::string> parts{path.string()};
  if (::stat(path.c_str(), &status) == 0)
    for (const std::int64_t number :
         {std::int64_t{status.st_size}, std::int64_t{status.st_mtim.tv_sec}, std::int64_t{status.st_mtim.tv_nsec}})
      parts.push_back(std::to_string(number));
  return secret.keyed_hex("file", join(parts, "\n"), 16);
}

std::string object_path(const Deidentified& object, const Pseudonyms& pseudonyms) {
  const auto name = [&](const std::string& uid, std::size_t length) {
    return pseudonyms.code("file name", uid, length);
  };
  return object.pseudonym + "/" + name(object.study_uid, 8) + "/" + name(object.series_uid, 10) + "/" +
         name(object.instance_uid, 16) + ".dcm";
}

/// Everything written to the file system of the folder reaches the disk.
void flush(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::syncfs(descriptor);
  ::close(descriptor);
}

struct Counts {
  std::size_t written = 0, copies = 0, unchanged = 0, refused = 0, not_dicom = 0, directories = 0,
              burned_in_accepted = 0, texts_removed = 0;
};

class Run {
 public:
  Run(const fs::path& out, const TreeOptions& options, Pseudonyms& pseudonyms)
      : out_(out), options_(options), pseudonyms_(pseudonyms), ledger_(out, pseudonyms.secret(), options.object) {
    fs::remove_all(out_ / kPartial);
    ensure_directory(out_ / kPartial);
  }
  ~Run() {
    std::error_code ignored;
    fs::remove_all(out_ / kPartial, ignored);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Json process(const std::vector<fs::path>& files) {
    {
      Progress progress("de-identification", files.size());
      for (std::size_t start = 0; start < files.size(); start += kChunk)
        process_chunk(files, start, std::min(kChunk, files.size() - start), progress);
    }
    ledger_.save();
    return summary(files.size());
  }

 private:
  struct Case {
    std::string key;
    fs::path partial;
    Deidentified object;
    std::string digest;
    bool unchanged = false;
  };

  bool is_done(const std::string& key) const {
    const LedgerEntry* entry = ledger_.find(key);
    if (entry == nullptr || entry->outcome == "refused") return false;  // what was refused may be accepted now
    return entry->outcome != "written" || fs::exists(out_ / entry->object);
  }

  void process_chunk(const std::vector<fs::path>& files, std::size_t start, std::size_t count, Progress& progress) {
    std::vector<Case> cases(count);
    parallel_for(count, options_.threads, [&](std::size_t n) {
      Case& one = cases[n];
      one.key = key_of(files[start + n], pseudonyms_.secret());
      one.unchanged = is_done(one.key);
      one.partial = out_ / kPartial / std::to_string(n);
      if (!one.unchanged) {
        one.object = deidentify_file(files[start + n], one.partial, options_.object, pseudonyms_);
        if (one.object.outcome == Deidentified::Outcome::written) one.digest = sha256_file(one.partial);
      }
      progress.advance();
    });
    flush(out_);
    for (std::size_t n = 0; n < count; ++n) settle(cases[n], start + n + 1, files[start + n]);
    ledger_.save();
  }

  /// In the order of the files, whatever the threads did.
  void settle(Case& one, std::size_t position, const fs::path& path) {
    if (one.unchanged) {
      ++counts_.unchanged;
      return;
    }
    switch (one.object.outcome) {
      case Deidentified::Outcome::not_dicom:
        ++counts_.not_dicom;
        return ledger_.set(one.key, {"not_dicom", "", "", ""});
      case Deidentified::Outcome::directory:
        ++counts_.directories;
        return ledger_.set(one.key, {"directory", "", "", ""});
      case Deidentified::Outcome::refused:
        return refuse(one, position, path, one.object.reason);
      case Deidentified::Outcome::written:
        break;
    }
    const std::string object = object_path(one.object, pseudonyms_);
    const std::string& owner = ledger_.file_of(object);
    const LedgerEntry* before = owner.empty() || owner == one.key ? nullptr : ledger_.find(owner);
    if (before != nullptr && fs::exists(out_ / object)) {
      fs::remove(one.partial);
      if (before->sha256 != one.digest)
        return refuse(one, position, path,
                      "another object has its SOP Instance UID and other contents; find out which is right");
      ++counts_.copies;
      return ledger_.set(one.key, {"copy", "", object, one.digest});
    }
    ensure_directory((out_ / object).parent_path());
    fs::rename(one.partial, out_ / object);
    ++counts_.written;
    counts_.burned_in_accepted += one.object.burned_in_accepted ? 1 : 0;
    counts_.texts_removed += one.object.texts_removed;
    patients_.insert(one.object.pseudonym);
    ledger_.set(one.key, {"written", "", object, one.digest});
  }

  void refuse(const Case& one, std::size_t position, const fs::path& path, const std::string& reason) {
    ++counts_.refused;
    refusals_.push_back({{"position", position}, {"file", one.key}, {"reason", reason}});
    if (options_.on_refused) options_.on_refused(position, path, reason);
    ledger_.set(one.key, {"refused", reason, "", ""});
  }

  Json summary(std::size_t files) const {
    return {{"files", files},
            {"written", counts_.written},
            {"copies", counts_.copies},
            {"unchanged", counts_.unchanged},
            {"not_dicom", counts_.not_dicom},
            {"directories", counts_.directories},
            {"patients", patients_.size()},
            {"burned_in_accepted", counts_.burned_in_accepted},
            {"texts_removed", counts_.texts_removed},
            {"refused", refusals_}};
  }

  fs::path out_;
  const TreeOptions& options_;
  Pseudonyms& pseudonyms_;
  DeidentifyLedger ledger_;
  Counts counts_;
  std::set<std::string> patients_;
  Json refusals_ = Json::array();
};

}  // namespace

bool lies_within(const fs::path& inner, const fs::path& outer) {
  const fs::path a = resolved(inner), b = resolved(outer);
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return in_b == b.end() || (std::next(in_b) == b.end() && in_b->empty());
}

Json deidentify_tree(const std::vector<fs::path>& paths, const fs::path& out, const TreeOptions& options,
                     Pseudonyms& pseudonyms) {
  for (const fs::path& path : paths)
    if (lies_within(path, out) || lies_within(out, path))
      throw Error(ErrorCode::refused,
                  "the target folder and the files to read lie within each other; choose a target "
                  "elsewhere");
  std::size_t unreadable = 0;
  const std::vector<fs::path> files = walk(paths, unreadable);
  Run run(out, options, pseudonyms);
  Json summary = run.process(files);
  summary["unreadable_folders"] = unreadable;
  return summary;
}

}  // namespace larc::io::dicom
