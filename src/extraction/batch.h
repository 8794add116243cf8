#pragma once
#include <filesystem>
#include <functional>

#include "core/csv.h"
#include "core/error.h"
#include "extraction/case.h"

namespace larc::extraction {

/// Which labels of a mask are wanted.
struct LabelChoice {
  bool all = false;
  std::vector<std::int64_t> labels;  // empty and not all: the plan's own
};

/// "3", "1,2" or "all". errors usage
LabelChoice parse_labels(const std::vector<std::string>& texts);

/// One image and mask of a table, and what the table says about them.
struct BatchRow {
  std::size_t number = 1;  // of the row, from 1
  std::filesystem::path image, mask;
  LabelChoice labels;
  std::vector<std::pair<std::string, std::string>> columns;  // as they stand in the table
};

/// Rows of a table with columns Image, Mask and perhaps Label; relative paths start at the table's folder.
/// errors not_found (no such column), format (a row without image or mask; a Label that is no whole number)
std::vector<BatchRow> read_batch(const std::filesystem::path& path, const LabelChoice& labels);

/// What one label of one row gave.
struct RowResult {
  BatchRow row;
  std::int64_t label = 0;
  bool several = false;  // the row asked for more than one label
  CaseResult result;
  std::string error;                     // why there is none
  ErrorCode code = ErrorCode::internal;  // its kind
};

/// One pass over both files; a label that fails does not stop the others.
/// maps     receives response maps where the plan asks for them, else maps of the features; may be empty. Of several
///          labels the maps' names start with label-N_
/// threads  for maps
std::vector<RowResult> extract_row(const Plan& plan, const BatchRow& row, const MapSink& maps = {}, int threads = 1);

/// All rows, `threads` at a time; results in the order of rows, the same whatever the number of threads.
/// done  is called after each row
std::vector<RowResult> extract_batch(const Plan& plan, const std::vector<BatchRow>& rows, int threads,
                                     const std::function<MapSink(const BatchRow&)>& maps,
                                     const std::function<void()>& done);

/// CSV as PyRadiomics writes it: the columns of the input, Label where a row gives several, diagnostics, features, and
/// Error when a row has failed.
std::string format_results(const std::vector<RowResult>& results);

/// {"features", "diagnostics", "notes"}; undefined features are null with their reason in the notes.
Json to_json(const CaseResult& result);

}  // namespace larc::extraction
