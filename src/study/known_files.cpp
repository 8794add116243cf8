#include "study/known_files.h"

#include <sys/stat.h>
#include <time.h>

#include <optional>

#include "core/file.h"
#include "core/hash.h"

namespace larc::study {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kHead = "larc known files 1\n";
constexpr std::size_t kKey = 32, kHash = 64, kLine = kKey + 1 + kHash + 1;

std::string number(std::int64_t value) {
  return std::to_string(value);
}

/// What the file looks like from outside, and how old that is; nothing where it cannot be asked.
struct Look {
  std::string key;
  double age_s;
};
std::optional<Look> look_at(const fs::path& path) {
  struct stat status {};
  timespec now{};
  if (::stat(path.c_str(), &status) != 0 || ::clock_gettime(CLOCK_REALTIME, &now) != 0) return std::nullopt;
  const std::string key =
      hash_of({fs::absolute(path).lexically_normal().string(), number(status.st_size),
               number(static_cast<std::int64_t>(status.st_ino)), number(status.st_mtim.tv_sec),
               number(status.st_mtim.tv_nsec), number(status.st_ctim.tv_sec), number(status.st_ctim.tv_nsec)});
  const auto changed = std::max(status.st_mtim.tv_sec, status.st_ctim.tv_sec);
  return Look{key.substr(0, kKey), static_cast<double>(now.tv_sec - changed)};
}

bool is_whole(std::string_view lines) {
  if (lines.size() % kLine != 0) return false;
  for (std::size_t at = 0; at < lines.size(); at += kLine) {
    const std::string_view line = lines.substr(at, kLine);
    if (line[kKey] != ' ' || line[kLine - 1] != '\n') return false;
    if (at > 0 && !(lines.substr(at - kLine, kKey) < line.substr(0, kKey))) return false;
  }
  return true;
}

/// The hash under the key; empty: none.
std::string_view find(std::string_view lines, std::string_view key) {
  std::size_t low = 0, high = lines.size() / kLine;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const std::string_view line = lines.substr(middle * kLine, kLine);
    if (const int order = line.substr(0, kKey).compare(key); order == 0)
      return line.substr(kKey + 1, kHash);
    else if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return {};
}

}  // namespace

KnownFiles::KnownFiles(const std::string& kept, double settled_s) : settled_s_(settled_s) {
  if (kept.starts_with(kHead) && is_whole(std::string_view(kept).substr(kHead.size())))
    known_ = kept.substr(kHead.size());
}

std::string KnownFiles::sha256(const fs::path& path) {
  const auto before = look_at(path);
  if (before) {
    if (const auto known = find(known_, before->key); !known.empty()) return std::string(known);
    const std::lock_guard lock(mutex_);
    if (const auto known = fresh_.find(before->key); known != fresh_.end()) return known->second;
  }
  std::string hash = sha256_file(path);
  const auto after = look_at(path);
  const std::lock_guard lock(mutex_);
  ++read_;
  // A time of change in the future says nothing either.
  if (before && after && before->key == after->key && before->age_s >= settled_s_) fresh_.emplace(before->key, hash);
  return hash;
}

std::string KnownFiles::kept() const {
  if (known_.empty() && fresh_.empty()) return "";
  std::string text(kHead);
  text.reserve(kHead.size() + known_.size() + fresh_.size() * kLine);
  std::size_t at = 0;
  for (const auto& [key, hash] : fresh_) {
    std::size_t next = at;
    while (next < known_.size() && std::string_view(known_).substr(next, kKey) < std::string_view(key)) next += kLine;
    text.append(known_, at, next - at);
    at = next;
    text.append(key).append(" ").append(hash).append("\n");
  }
  text.append(known_, at);
  return text;
}

}  // namespace larc::study
