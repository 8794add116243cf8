#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"
#include "io/dicom/deidentify.h"

namespace larc::io::dicom {

struct TreeOptions {
  DeidentifyOptions object;
  int threads = 1;
  /// For those who may see them: (position from 1, path, reason) of each file that was refused.
  std::function<void(std::size_t, const std::filesystem::path&, const std::string&)> on_refused;
};

/// Every DICOM object under the paths, de-identified, into OUT/PSEUDONYM/STUDY/SERIES/OBJECT.dcm, whose names come from
/// the secret. Beside them:
///   deidentification.json  fingerprint of the secret, options, version of the tables: what the folder was begun with
///   files.csv              what became of each file, named by a keyed hash of its path, size and time
///   summary.json           counts and reasons over all that ever came into the folder
/// Nothing there names a person, a file or a folder. Files that are unchanged since are not opened again; after any
/// stop the next run goes on; no object is ever half there. Of several files with one SOP Instance UID the first by
/// path stays: equal ones count as copies, others are refused. returns counts and refusals of this run errors not_found
/// (paths by their position, not their name); refused: OUT within a path or the other way round;
///        conflict: another secret, other options, another larc at work in OUT, two patients with one pseudonym; io
Json deidentify_tree(const std::vector<std::filesystem::path>& paths, const std::filesystem::path& out,
                     const TreeOptions& options, Pseudonyms& pseudonyms);

/// Whether `inner` is `outer` or lies below it, symbolic links resolved.
bool lies_within(const std::filesystem::path& inner, const std::filesystem::path& outer);

}  // namespace larc::io::dicom
