#include "study/delivered_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/text.h"

namespace larc::study {

namespace fs = std::filesystem;

std::string name_in_delivery(const fs::path& file, const std::vector<fs::path>& paths) {
  for (const auto& path : paths) {
    const fs::path relative = file.lexically_relative(path);
    if (!relative.empty() && *relative.begin() != ".." && relative != ".") return relative.generic_string();
  }
  return file.filename().string();
}

namespace {

/// The last `count` names of a path.
std::string tail_of(const fs::path& path, std::size_t count) {
  std::vector<std::string> names;
  for (const auto& part : path.relative_path()) names.push_back(part.string());
  const std::size_t from = names.size() - std::min(count, names.size());
  return join({names.begin() + static_cast<std::ptrdiff_t>(from), names.end()}, "/");
}

}  // namespace

void name_tables(std::vector<DeliveredTable>& tables, const std::vector<fs::path>& paths) {
  std::map<std::string, std::vector<DeliveredTable*>> by_name;
  for (auto& table : tables) by_name[name_in_delivery(table.path, paths)].push_back(&table);
  for (auto& [name, alike] : by_name) {
    if (alike.size() == 1) alike.front()->name = name;
    std::set<fs::path> files;
    for (const auto* table : alike) files.insert(fs::absolute(table->path).lexically_normal());
    std::set<std::string> names;
    for (std::size_t count = 2; alike.size() > 1 && names.size() < files.size(); ++count) {
      names.clear();
      for (auto* table : alike)
        names.insert(table->name = tail_of(fs::absolute(table->path).lexically_normal(), count));
    }
  }
}

}  // namespace larc::study
