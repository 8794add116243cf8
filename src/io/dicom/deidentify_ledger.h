#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "core/json.h"
#include "core/secret.h"
#include "io/dicom/deidentify.h"

namespace larc::io::dicom {

/// What became of each input file, as the target folder remembers it (files.csv), by keyed name.
struct LedgerEntry {
  std::string outcome;  // written, copy, refused, not_dicom, directory
  std::string reason;
  std::string object;  // path below the target folder
  std::string sha256;  // of the object
};

class DeidentifyLedger {
 public:
  /// Opens the folder's record or begins it; holds the folder against another larc until destroyed.
  /// errors conflict: another larc, another secret, other options or tables; format; io
  DeidentifyLedger(const std::filesystem::path& folder, const Secret& secret, const DeidentifyOptions& options);
  ~DeidentifyLedger();
  DeidentifyLedger(const DeidentifyLedger&) = delete;
  DeidentifyLedger& operator=(const DeidentifyLedger&) = delete;

  const LedgerEntry* find(const std::string& file) const;
  /// Which file an object came from; empty: from none.
  const std::string& file_of(const std::string& object) const;
  void set(const std::string& file, LedgerEntry entry);
  /// files.csv and summary.json. errors io
  void save() const;

 private:
  std::filesystem::path folder_;
  int lock_ = -1;
  std::map<std::string, LedgerEntry> entries_;
  std::map<std::string, std::string> file_of_object_;
};

}  // namespace larc::io::dicom
