#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace larc::study {

/// A sheet of a workbook. Cells of the columns named by `numbers` are numbers where they can be read as one, all others
/// are texts: none is ever a formula.
struct Sheet {
  std::string name;
  std::vector<std::string> header;
  std::vector<bool> numbers;  // one a column
  std::vector<std::vector<std::string>> rows;
};

/// The same sheets give the same bytes. errors domain (more rows, columns or characters in a cell than XLSX has: names
/// sheet and cell), io
void write_xlsx(const std::filesystem::path& path, const std::vector<Sheet>& sheets);

}  // namespace larc::study
