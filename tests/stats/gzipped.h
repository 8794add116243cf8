#pragma once
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::test {

/// Text of a file, unpacked by the gzip program.
inline std::string gzipped_text(const std::filesystem::path& path) {
  std::string text;
  FILE* pipe = ::popen(("gzip -dc '" + path.string() + "'").c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 65536> buffer;
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  ::pclose(pipe);
  return text;
}

inline CsvTable gzipped_table(const std::filesystem::path& path) {
  return parse_csv(gzipped_text(path), path.filename().string());
}

/// Rows of numbers of a CSV file without a header.
inline std::vector<std::vector<double>> number_rows(const std::filesystem::path& path) {
  std::vector<std::vector<double>> rows;
  for (const std::string& line : split(gzipped_text(path), '\n')) {
    if (trim(line).empty()) continue;
    rows.emplace_back();
    for (const std::string& cell : split(line, ',')) rows.back().push_back(parse_double(cell).value_or(kNaN));
  }
  return rows;
}

}  // namespace larc::test
