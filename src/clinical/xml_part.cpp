#include "clinical/xml_part.h"

#include <expat.h>

#include <exception>
#include <memory>

#include "core/error.h"

namespace larc::clinical {

namespace {

std::string_view local_name(const char* name) {
  const std::string_view full(name);
  const auto colon = full.find(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

struct State {
  const XmlEvents& events;
  XML_Parser parser;
  int depth = 0;
  bool done = false;
  std::exception_ptr error;  // must not fly through the C library

  template <typename Work>
  void guarded(Work&& work) {
    if (error || done) return;
    try {
      work();
    } catch (...) {
      error = std::current_exception();
      XML_StopParser(parser, XML_FALSE);
    }
  }
};

void on_start(void* data, const char* name, const char** attributes) {
  auto& state = *static_cast<State*>(data);
  state.guarded([&] {
    if (++state.depth > 100) throw Error(ErrorCode::format, "elements lie deeper than 100");
    state.events.start(local_name(name), [attributes](std::string_view wanted) -> std::string_view {
      for (const char** pair = attributes; *pair != nullptr; pair += 2)
        if (local_name(pair[0]) == wanted) return pair[1];
      return {};
    });
  });
}

void on_end(void* data, const char* name) {
  auto& state = *static_cast<State*>(data);
  state.guarded([&] {
    --state.depth;
    if (state.events.end) state.events.end(local_name(name));
    if (!state.events.done || !state.events.done()) return;
    state.done = true;
    XML_StopParser(state.parser, XML_FALSE);
  });
}

void on_text(void* data, const char* text, int length) {
  auto& state = *static_cast<State*>(data);
  if (!state.events.text) return;
  state.guarded([&] { state.events.text(std::string_view(text, static_cast<std::size_t>(length))); });
}

void on_doctype(void* data, const char*, const char*, const char*, int) {
  auto& state = *static_cast<State*>(data);
  state.guarded([] { throw Error(ErrorCode::format, "a document type declaration stands in a workbook"); });
}

}  // namespace

void read_xml_part(const ZipFile& file, const std::string& part, const XmlEvents& events) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  State state{events, parser.get(), 0, false, nullptr};
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  const auto feed = [&](std::string_view piece, bool last) {
    if (state.done) return;
    const auto status = XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), last ? 1 : 0);
    const std::string where = file.name() + ": " + part;
    if (state.error) in_context(where, [&] { std::rethrow_exception(state.error); });
    if (status == XML_STATUS_ERROR && !state.done)
      throw Error(ErrorCode::format, where + " is damaged (" + XML_ErrorString(XML_GetErrorCode(parser.get())) +
                                         "); save the workbook again");
  };
  file.read(part, [&](std::string_view piece) { feed(piece, false); });
  feed("", true);
}

}  // namespace larc::clinical
