// Any bytes as the clinical half of a study.yaml: read, or refused with an Error.
#include <cstddef>
#include <cstdint>
#include <string>

#include "clinical/rules.h"
#include "clinical/section.h"
#include "core/error.h"
#include "core/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larc;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const Json document = parse_yaml(text, "study.yaml");
    clinical::Section root(document, "");
    clinical::Rules rules;
    clinical::parse_rules(root, rules);
  } catch (const Error&) {
    // A refusal with its reason.
  }
  return 0;
}
