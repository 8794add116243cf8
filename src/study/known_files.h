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
  /// kept       what kept() gave before; a list that is damaged counts for nothing
  /// settled_s  age from which a file is known: clocks of file systems tick coarsely, and a younger file may change
  /// once
  ///            more within the same tick
  explicit KnownFiles(const std::string& kept, double settled_s = 3);
  /// Of the whole file; safe from several threads. errors not_found
  std::string sha256(const std::filesystem::path& path);
  /// Files that were read, not known.
  std::size_t read() const { return read_; }
  /// What is known now; empty if nothing is.
  std::string kept() const;

 private:
  double settled_s_;
  std::string known_;                         // lines of one width, sorted
  std::map<std::string, std::string> fresh_;  // key, hash
  std::size_t read_ = 0;
  std::mutex mutex_;
};

}  // namespace larc::study
