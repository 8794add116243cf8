#pragma once
#include <string>

#include "core/pseudonym.h"
#include "io/dicom/clean_text.h"
#include "io/dicom/confidentiality_profile.h"

class DcmItem;

namespace larc::io::dicom {

/// What cleaning one object needs to know.
struct Cleaning {
  const ProfileOptions& options;
  Pseudonyms& pseudonyms;
  std::string pseudonym;
  int date_shift_days = 0;
  IdentityWords identity;
  std::size_t texts_removed = 0;  // values of free text of which something went
};

/// The words of all names, ids and places in an item and everything within it.
void gather_identity(DcmItem& item, const ProfileOptions& options, IdentityWords& identity);

/// PS3.15 Annex E on every attribute of an item, at every depth. What the profile's table does not name stays only
/// when the standard's dictionary knows it and its value is what its VR promises; every text is written anew from what
/// was understood, so that nothing behind its end stays.
/// `strict`: within a sequence that must be a dummy; no text stays
void clean_item(DcmItem& item, Cleaning& cleaning, bool strict = false);

}  // namespace larc::io::dicom
