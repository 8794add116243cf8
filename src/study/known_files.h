#pragma once
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace larc::study {

/// SHA-256 of delivered files, kept from import to import, so that a file that did not change is not read again. What
/// tells that: path, size, inode, and the times of the last change of content (mtime) and of anything (ctime), to the
/// nanosecond. Programs can set the mtime back, not the ctime. No path is kept, only a hash of all these.
class KnownFiles {
 public:
  /// file       where it is kept; a file that is absent or damaged counts for nothing
  /// reread     what was known before counts for nothing
  /// settled_s  age from which a file is known: clocks of file systems tick coarsely, and a younger file may change
  /// once
  ///            more within the same tick
  KnownFiles(std::filesystem::path file, bool reread, double settled_s = 3);
  /// Of the whole file; safe from several threads. errors not_found
  std::string sha256(const std::filesystem::path& path);
  /// Files that were read, not known.
  std::size_t read() const { return read_; }
  /// errors io
  void save() const;

 private:
  std::filesystem::path file_;
  double settled_s_;
  std::string known_;                         // lines of one width, sorted
  std::map<std::string, std::string> fresh_;  // key, hash
  std::size_t read_ = 0;
  std::mutex mutex_;
};

}  // namespace larc::study
