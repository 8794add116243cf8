#pragma once
#include <memory>
#include <string>

#include "io/dicom/clean_item.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

/// The bytes of a short value up to the first zero byte, trimmed; empty when it is longer than any name is or holds
/// other control characters.
std::string raw_text(DcmElement& element);

/// Whether the standard's dictionary has the attribute.
bool is_standard(const DcmTag& tag);

/// Values of single attributes: each method takes an element and gives what may stay of it, written anew, or nothing.
class ValueCleaner {
 public:
  ValueCleaner(Cleaning& cleaning, bool strict) : cleaning_(cleaning), strict_(strict) {}

  /// By its VR: numbers, times and code strings that are such; dates moved; texts down to harmless words; UIDs that the
  /// standard does not define replaced; names and bytes not at all.
  std::unique_ptr<DcmElement> cleaned(std::unique_ptr<DcmElement> element);
  /// As `cleaned`, but a text that names nobody stays as it is.
  std::unique_ptr<DcmElement> kept(std::unique_ptr<DcmElement> element);
  /// As `cleaned`, but what would be empty becomes a dummy.
  std::unique_ptr<DcmElement> label(std::unique_ptr<DcmElement> element);
  /// A text as a keyed code: equal ones stay equal.
  std::unique_ptr<DcmElement> identifier(std::unique_ptr<DcmElement> element);
  /// A private value under the VR that it is known to have, however it was stored (UN, OB); nothing when it does not
  /// fit.
  std::unique_ptr<DcmElement> of_vr(std::unique_ptr<DcmElement> element, const DcmTag& tag);

  std::unique_ptr<DcmElement> empty(const DcmTag& tag);
  /// A value of the attribute's own VR that says nothing.
  std::unique_ptr<DcmElement> dummy(const DcmTag& tag);

  /// Whether an item is a code of a public coding scheme, whose meaning cannot name anybody.
  bool coding_of(DcmItem& item);

 private:
  std::unique_ptr<DcmElement> rewritten(std::unique_ptr<DcmElement> element, bool verbatim);
  std::string cleaned_part(const std::string& part, DcmEVR vr, bool verbatim, bool& lost);

  Cleaning& cleaning_;
  bool strict_;
};

}  // namespace larc::io::dicom
