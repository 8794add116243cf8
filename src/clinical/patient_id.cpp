#include "clinical/patient_id.h"

#include <algorithm>

#include "core/number.h"

namespace larc::clinical {

std::optional<CellFault> patient_id_fault(const std::string& id) {
  if (id.empty())
    return CellFault{{"the patient id is empty", "患者编号为空"}, {"fill it in or delete the row", "请填写或删除该行"}};
  if (id.find_first_of("/\\") != std::string::npos)
    return CellFault{{"a patient id must not hold a slash", "患者编号不能含斜杠"}, {"write it without", "请去掉斜杠"}};
  if (id == "." || id == ".." ||
      std::any_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
    return CellFault{
        {"a patient id must not hold line breaks, tabs or dots alone", "患者编号不能含换行、制表符，也不能只有句点"},
        {"write it in letters, digits and '-'", "请用字母、数字和“-”书写"}};
  const auto exponent = id.find_first_of("eE");
  if (exponent != std::string::npos && id.find('.') < exponent && exponent + 1 < id.size() && id[exponent + 1] == '+' &&
      parse_double(id))
    return CellFault{{"the patient id is a long number in which the spreadsheet has lost digits",
                      "患者编号是被电子表格截断的长数字"},
                     {"format the column as text and enter the ids again", "请将该列设为文本格式并重新输入编号"}};
  return std::nullopt;
}

}  // namespace larc::clinical
