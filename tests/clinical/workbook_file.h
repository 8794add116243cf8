#pragma once
#include <zip.h>

#include <cstdlib>
#include <map>
#include <string>

namespace larc::clinical {

/// A zip file of these parts, in memory.
inline std::string zip_of(const std::map<std::string, std::string>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    if (zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE) < 0) std::abort();
  }
  if (zip_close(archive) != 0 || zip_source_open(target) != 0) std::abort();
  zip_source_seek(target, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(target)), '\0');
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

/// A workbook of one sheet. Cell formats: 0 general, 1 a day (built in), 2 a day (its own), 3 a time of day.
inline std::map<std::string, std::string> workbook_parts(const std::string& rows, const std::string& after = "",
                                                         const std::string& properties = "") {
  const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  return {
      {"_rels/.rels", "<Relationships><Relationship Id=\"r1\" Type=\"" + office +
                          "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
      {"xl/workbook.xml", "<workbook xmlns:r=\"" + office + "\">" + properties +
                              "<sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships><Relationship Id=\"a\" Type=\"" + office + "/worksheet\" Target=\"worksheets/sheet1.xml\"/>" +
           "<Relationship Id=\"b\" Type=\"" + office + "/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>" +
           "<Relationship Id=\"c\" Type=\"" + office + "/styles\" Target=\"styles.xml\"/></Relationships>"},
      {"xl/styles.xml",
       "<styleSheet><numFmts><numFmt numFmtId=\"164\" "
       "formatCode=\"[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>"
       "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
       "<xf numFmtId=\"164\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>"},
      {"xl/sharedStrings.xml",
       "<sst><si><t>id</t></si><si><t>age</t></si><si><r><t>vi</t></r><r><t>sit</t></r></si>"
       "<si><t>北京</t><rPh sb=\"0\" eb=\"1\"><t>ペキン</t></rPh></si></sst>"},
      {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData>" + after + "</worksheet>"}};
}

/// The header id, age, visit.
inline const std::string kHeaderRow =
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" "
    "t=\"s\"><v>2</v></c></row>";

}  // namespace larc::clinical
