#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace larc::study {

/// A delivered table and the name under which the registry keeps it.
struct DeliveredTable {
  std::filesystem::path path;
  std::string name;
};

/// The path below the delivered folder, so that results do not depend on where a delivery lies.
std::string name_in_delivery(const std::filesystem::path& file, const std::vector<std::filesystem::path>& paths);

/// The registry tells tables apart by their names: where those in two delivered folders are alike, as much of the
/// folders comes before them as tells them apart.
void name_tables(std::vector<DeliveredTable>& tables, const std::vector<std::filesystem::path>& paths);

}  // namespace larc::study
