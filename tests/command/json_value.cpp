#include <iostream>

#include "core/error.h"
#include "core/file.h"
#include "core/json.h"
#include "core/text.h"

namespace {

constexpr const char* kUsage =
    "json_value FILE [PATH]   prints the value at PATH of the one JSON document in FILE\n"
    "  PATH: keys and positions, as models/0/id; key=value picks the element of a list, as failed/case=p03/reason;\n"
    "  %2F stands for / in a name; # is the number of elements\n"
    "exit code 1: FILE is not exactly one JSON document, or has nothing at PATH\n";

larc::Json step(const larc::Json& value, std::string name) {
  for (auto at = name.find("%2F"); at != std::string::npos; at = name.find("%2F"))
    name = name.substr(0, at) + "/" + name.substr(at + 3);
  if (name == "#") return value.size();
  if (value.is_object() && value.contains(name)) return value.at(name);
  if (value.is_array()) {
    const auto equals = name.find('=');
    if (equals == std::string::npos) return value.at(std::stoul(name));
    const std::string key = name.substr(0, equals), wanted = name.substr(equals + 1);
    for (const auto& element : value)
      if (element.contains(key) && element.at(key).is_string() && element.at(key).get<std::string>() == wanted)
        return element;
  }
  throw std::out_of_range("nothing at '" + name + "'");
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 2) {
    std::cerr << kUsage;
    return 2;
  }
  larc::Json value = larc::parse_json(larc::read_file(arguments[0]), arguments[0]);
  if (arguments.size() == 2)
    for (const auto& name : larc::split(arguments[1], '/')) value = step(value, name);
  std::cout << (value.is_string() ? value.get<std::string>() : larc::dump_json(value)) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "json_value: " << error.what() << '\n';
    return 1;
  }
}
