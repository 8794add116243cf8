// Any bytes as a delivered table: read with the default dictionary, or refused with an Error. The first byte chooses
// what becomes of faults, and whether the rest is a table, one to propose a mapping
// for, or a mapping.
#include <cstddef>
#include <cstdint>
#include <string>

#include "clinical/clinical_table.h"
#include "clinical/mapping_proposal.h"
#include "clinical/section.h"
#include "core/error.h"
#include "core/file.h"
#include "core/json.h"

namespace {

using namespace larc;

const clinical::Rules& dictionary() {
  static const clinical::Rules kRules = [] {
    Json document = read_yaml(LARC_DICTIONARY);
    Json half = Json::object();
    for (const char* key : {"table", "variables", "prediction_points", "readers", "checks", "eligibility", "endpoints"})
      half[key] = document.at(key);
    clinical::Section root(half, "");
    clinical::Rules rules;
    clinical::parse_rules(root, rules);
    return rules;
  }();
  return kRules;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  clinical::Rules rules = dictionary();
  rules.table.on_fault = static_cast<clinical::OnFault>(data[0] % 3);
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 8 == 7) {
      clinical::parse_mapping(parse_yaml(bytes, "m.yaml"), "m.yaml");
      return 0;
    }
    const clinical::TableFile file = clinical::parse_table_file(bytes, "t");
    if (data[0] % 8 == 6) clinical::propose_mapping(rules, file, {});
    clinical::check_clinical_table(rules, file);
  } catch (const Error&) {
    // A refusal with its reason.
  }
  return 0;
}
