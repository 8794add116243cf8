#pragma once
#include <filesystem>
#include <string>

#include "core/pseudonym.h"
#include "io/dicom/confidentiality_profile.h"

namespace larc::io::dicom {

struct DeidentifyOptions {
  ProfileOptions profile;
  bool accept_burned_in = false;  // the caller has looked: pixels that may show text pass
  bool allow_missing_id = false;  // an object without PatientID gets the pseudonym of its study
};

/// What became of one file. Nothing in it names anybody, nor the file.
struct Deidentified {
  enum class Outcome { written, refused, not_dicom, directory };
  Outcome outcome = Outcome::not_dicom;
  std::string reason;  // why refused, and the remedy
  std::string pseudonym;
  std::string study_uid, series_uid, instance_uid;  // the new ones
  bool burned_in_accepted = false;
  std::size_t texts_removed = 0;
};

/// One DICOM object by PS3.15 Annex E into a new file: the Basic Application Level Confidentiality Profile with the
/// options, on every attribute at every depth. PatientID and PatientName become the pseudonym; UIDs that the standard
/// does not define are replaced by keyed ones, everywhere alike; dates move by the patient's shift; file meta
/// information and preamble are written anew; pixels stay as they are, compressed ones compressed, without the notes
/// that codecs and padding can carry. The same file, secret and options give the same bytes.
/// A refused object writes nothing. The target is the whole object or, after an error, absent; it is not yet flushed to
/// disk.
/// errors io: the target cannot be written; conflict: two patients would share a pseudonym
Deidentified deidentify_file(const std::filesystem::path& from, const std::filesystem::path& to,
                             const DeidentifyOptions& options, Pseudonyms& pseudonyms);

}  // namespace larc::io::dicom
