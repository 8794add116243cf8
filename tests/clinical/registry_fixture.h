#pragma once
#include <string>

#include "clinical/registry.h"
#include "core/json.h"
#include "support/databases.h"

namespace larc::clinical {

/// A registry on an empty database whose clock a test sets.
class RegistryTest : public test::OnBothDatabases {
 protected:
  Registry& registry() {
    if (!registry_) registry_ = std::make_unique<Registry>(database(), "tester", [this] { return now_; });
    return *registry_;
  }
  void TearDown() override {
    registry_.reset();
    OnBothDatabases::TearDown();
  }
  /// The day on which rows are recorded from now on.
  void on(const std::string& day) { now_ = day + "T12:00:00Z"; }
  double count(const std::string& table) {
    return store::number(database().query("SELECT COUNT(*) FROM " + table)[0][0]);
  }
  store::AuditReport verify() { return registry().verify(store::ContentStore(folder_.path() / "store")); }

  std::string now_ = "2024-01-01T12:00:00Z";
  std::unique_ptr<Registry> registry_;
};

inline Rules rules_of(const std::string& yaml) {
  const Json json = parse_yaml(yaml, "test");
  Section root(json, "");
  Rules rules;
  parse_rules(root, rules);
  root.finish();
  return rules;
}

}  // namespace larc::clinical
