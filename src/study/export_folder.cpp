#include "study/export_folder.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"

namespace larc::study {

namespace fs = std::filesystem;

namespace {

constexpr const char* kMark = ".larc-export.json";
constexpr const char* kFormat = "larc.export/1";

bool is_marked(const fs::path& folder) {
  return fs::exists(folder / kMark) && read_json(folder / kMark).value("format", "") == kFormat;
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (!entry.is_directory()) names.push_back(entry.path().lexically_relative(folder).generic_string());
  std::erase(names, kMark);
  std::sort(names.begin(), names.end());
  return names;
}

/// errors conflict
void check_may_replace(const fs::path& target) {
  if (!fs::exists(target)) return;
  if (fs::is_directory(target) && fs::is_empty(target)) return;
  if (!fs::is_directory(target) || !is_marked(target))
    throw Error(ErrorCode::conflict,
                target.string() + " exists and was not made by 'larc export'; choose another folder with --out");
  std::set<std::string> own;
  const Json mark = read_json(target / kMark);
  for (const Json& name : mark.at("files")) own.insert(name.get<std::string>());
  for (const auto& name : files_in(target))
    if (!own.contains(name))
      throw Error(ErrorCode::conflict, target.string() + " holds '" + name +
                                           "', which 'larc export' did not write and would lose; move it away, or "
                                           "choose another folder with --out");
}

fs::path old_of(const fs::path& target) {
  return target.string() + ".old.partial";
}

/// What an export that was stopped between two renamings put aside: back in its place, or away.
void restore_old(const fs::path& target) {
  const fs::path old = old_of(target);
  if (!fs::exists(old) || !is_marked(old)) return;
  if (fs::exists(target))
    fs::remove_all(old);
  else
    fs::rename(old, target);
}

}  // namespace

ExportFolder::ExportFolder(fs::path target, std::string what)
    : target_(std::move(target).lexically_normal()), what_(std::move(what)) {
  if (target_.filename().empty()) target_ = target_.parent_path();
  partial_ = target_.string() + ".partial";
  restore_old(target_);
  check_may_replace(target_);
  if (fs::exists(partial_) && !is_marked(partial_))
    throw Error(ErrorCode::conflict, partial_.string() + " is in the way; delete it, or choose another --out");
  fs::remove_all(partial_);
  write(kMark, dump_json({{"format", kFormat}, {"what", what_}, {"files", Json::array()}}, 1) + "\n");
}

ExportFolder::~ExportFolder() {
  std::error_code ignored;
  if (!finished_) fs::remove_all(partial_, ignored);
}

fs::path ExportFolder::place(const std::string& name) const {
  const fs::path path = partial_ / name;
  ensure_directory(path.parent_path());
  return path;
}

void ExportFolder::write(const std::string& name, std::string_view bytes) const {
  write_file_atomic(place(name), bytes);
}

std::size_t ExportFolder::finish() {
  const auto files = files_in(partial_);
  write(kMark, dump_json({{"format", kFormat}, {"what", what_}, {"files", files}}, 1) + "\n");
  replace_folder(partial_, target_);
  finished_ = true;
  fs::remove_all(partial_);
  return files.size();
}

void replace_folder(const fs::path& from, const fs::path& to, bool can_exchange) {
  std::error_code status, ignored;
  if (!fs::exists(to) || fs::is_empty(to)) {
    fs::rename(from, to, status);
  } else if (!can_exchange || ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) != 0) {
    const fs::path old = old_of(to);
    fs::rename(to, old, status);
    if (!status) {
      fs::rename(from, to, status);
      if (status)
        fs::rename(old, to, ignored);
      else
        fs::remove_all(old, ignored);
    }
  }
  if (status) throw Error(ErrorCode::io, "folder " + to.string() + " cannot be replaced: " + status.message());
}

}  // namespace larc::study
