#include "io/dicom/adc_map.h"

#include <cctype>

#include "core/text.h"

namespace larc::io::dicom {

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : to_lower(text) + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(word);
      word.clear();
    }
  }
  return words;
}

/// "adc", "dadc", "adcmap", "adcs": not "eadc" and "expadc", and not words that only hold the letters, such as
/// "broadcast".
bool names_adc(const std::string& word) {
  return word == "adc" || word == "dadc" || word == "adcs" || word.starts_with("adcmap") || word == "adcave" ||
         word == "adciso";
}

bool names_exponential(const std::string& word) {
  return word == "eadc" || word == "expadc" || word.starts_with("exponential") || word == "exp";
}

}  // namespace

bool is_adc_map(const DicomInstance& instance) {
  for (const std::string& value : instance.image_type) {
    if (value == "EADC" || value == "EXP_ADC" || value.starts_with("EADC")) return false;
    if (value == "ADC" || value.starts_with("ADC_")) return true;
  }
  bool named = false;
  for (const std::string* text : {&instance.series_description, &instance.derivation}) {
    const auto words = words_of(*text);
    if (std::any_of(words.begin(), words.end(), names_exponential)) return false;
    named = named || std::any_of(words.begin(), words.end(), names_adc) ||
            to_lower(*text).find("apparent diffusion") != std::string::npos;
  }
  // A series whose description says DWI and ADC holds both; there the image type decides.
  const auto words = words_of(instance.series_description);
  const bool both = std::find(words.begin(), words.end(), "dwi") != words.end() && !instance.image_type.empty() &&
                    instance.image_type.front() == "ORIGINAL";
  if (named && !both) return true;
  const std::string& unit = instance.real_world_unit;
  return unit == "um2/s" || unit == "mm2/s" || unit == "10-6.mm2/s" || unit == "10*-6.mm2/s";
}

}  // namespace larc::io::dicom
