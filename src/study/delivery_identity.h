#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "clinical/clinical_table.h"
#include "core/pseudonym.h"
#include "io/dicom/scan.h"
#include "study/study.h"

namespace larc::study {

/// Who the patients of a delivery are to the registry: as they were delivered, or under pseudonyms, with dates moved by
/// the patient's shift, new UIDs, and no delivered text or file name that could name somebody.
class DeliveryIdentity {
 public:
  /// file  of the centre's secret; empty: as delivered
  /// errors refused: the study was begun with a secret and none is given, or the other way round; conflict: another
  /// secret; and those of Secret::read
  DeliveryIdentity(Study& study, const std::filesystem::path& file);

  bool hides() const { return pseudonyms_.has_value(); }
  /// errors conflict: two patients would get one pseudonym
  std::string patient(const std::string& id);
  std::string uid(const std::string& original) const;
  /// Name of a delivered file in messages and in the registry.
  std::string file(const std::string& name) const;
  /// What of a free text may be kept.
  std::string text(const std::string& description) const;
  /// A message that may quote the patient's id.
  std::string message(std::string text, const std::string& id);

  /// Ids, dates and UIDs; descriptions stay, for the rules.
  void hide(io::dicom::DicomInstance& instance);
  void hide(clinical::SourceRecord& record, const clinical::Rules& rules);
  void hide(clinical::Finding& finding);

 private:
  std::optional<Pseudonyms> pseudonyms_;
};

}  // namespace larc::study
