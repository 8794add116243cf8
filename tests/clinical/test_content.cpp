#include <gtest/gtest.h>

#include "clinical/content.h"
#include "core/error.h"

namespace larc::clinical {
namespace {

/// Part and value, one line each.
std::vector<std::string> read_back(const std::string& content) {
  std::vector<std::string> lines;
  std::string head;
  read_content(content, {[&](auto valid_at, auto reader, auto instance) {
                           head = std::string(valid_at) + "/" + std::string(reader) + "/" + std::string(instance);
                         },
                         [&](auto variable, auto value) {
                           lines.push_back(head + " " + std::string(variable) + "=" + std::string(value));
                         }});
  return lines;
}

TEST(Content, IsTheJsonThatTheHeaderShows) {
  EXPECT_EQ(encode_content({{"", "", "", {{"age", "61"}}}, {"2024-01-05", "r1", "", {{"length", "5"}}}}),
            R"([{"values":{"age":"61"}},{"valid_at":"2024-01-05","reader":"r1","values":{"length":"5"}}])");
  EXPECT_EQ(encode_content({}), "[]");
}

TEST(Content, ReadsWhatItWrote) {
  const std::string strange = "王 \"quoted\" \\ back\tslash\nline {\"a\":\"b\"}";
  const std::vector<ContentPart> parts{{"", "", "", {{"age", ""}, {"sex", "F"}}},
                                       {"2024-01-05", "r1", "2", {{"note", strange}, {"x,y:\"z", "1"}}},
                                       {"", "", "3", {{"values", "values"}, {"reader", "r9"}}}};
  EXPECT_EQ(read_back(encode_content(parts)),
            (std::vector<std::string>{"// age=", "// sex=F", "2024-01-05/r1/2 note=" + strange,
                                      "2024-01-05/r1/2 x,y:\"z=1", "//3 values=values", "//3 reader=r9"}));
  EXPECT_TRUE(read_back("[]").empty());
}

TEST(Content, ReadsEveryValueOnceHoweverSomebodyWritesIt) {
  const std::vector<std::string> expected{"// age=61", "d/r/ sex=F", "d/r/ x=1"};
  for (const char* text : {R"([{"values":{"age":"61"}},{"valid_at":"d","reader":"r","values":{"sex":"F","x":"1"}}])",
                           R"([{"values":{"age":"61"}}, {"valid_at":"d","reader":"r","values":{"sex":"F","x":"1"}}])",
                           R"([{"values":{"age":"61"}},{"valid_at":"d","reader":"r","values":{"sex":"F", "x":"1"}}])",
                           R"([{"values":{"age":"61"}},{"values":{"sex":"F","x":"1"},"reader":"r","valid_at":"d"}])"})
    EXPECT_EQ(read_back(text), expected) << text;
}

TEST(Content, RefusesWhatIsNoListOfParts) {
  for (const char* text : {"", "{}", "[1]", "[{}]", R"([{"values":{"age":61}}])", R"([{"values":{"age":"61"}})",
                           R"([{"reader":1,"values":{"age":"61"}}])", R"([{"values":["age"]}])"})
    EXPECT_THROW(read_back(text), Error) << text;
}

}  // namespace
}  // namespace larc::clinical
