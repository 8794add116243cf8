#pragma once
#include <map>
#include <string>
#include <utility>

#include "core/json.h"
#include "store/database.h"

namespace larc::study {

/// Which series deliveries held and what was decided for every image role of a patient: as it was last seen, replaced
/// by the next import that sees it again.
class IntakeLog {
 public:
  explicit IntakeLog(store::Database& database) : database_(database) {}

  void put_series(const std::string& patient, const std::string& series, const Json& document);
  void put_choice(const std::string& patient, const std::string& role, const Json& document);
  /// By patient and key of the series.
  std::map<std::pair<std::string, std::string>, Json> series() const;
  /// By patient and role.
  std::map<std::pair<std::string, std::string>, Json> choices() const;

 private:
  store::Database& database_;
};

}  // namespace larc::study
