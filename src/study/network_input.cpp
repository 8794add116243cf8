#include "study/network_input.h"

#include <cstring>

#include "core/error.h"

namespace larc::study {

std::vector<nn::View> network_views(const StudyFile& file, PredictionPoint at) {
  std::vector<nn::View> views;
  if (!file.crop) return views;
  for (const CropView* view : file.crop_views(at)) views.push_back({view->image, view->sequence, view->time_point});
  return views;
}

nn::Cases no_cases(const StudyFile& file, PredictionPoint at) {
  if (!file.crop) throw Error(ErrorCode::not_ready, "a deep model needs the key 'crop' in study.yaml");
  const CropRule& rule = *file.crop;
  nn::Cases cases;
  cases.grid = {static_cast<std::size_t>(rule.size[2]),
                static_cast<std::size_t>(rule.size[1]),
                static_cast<std::size_t>(rule.size[0]),
                {rule.spacing_mm[2], rule.spacing_mm[1], rule.spacing_mm[0]}};
  cases.views = network_views(file, at);
  return cases;
}

nn::Cases load_cases(const Study& study, PredictionPoint at,
                     const std::vector<std::map<std::string, std::string>>& crops) {
  nn::Cases cases = no_cases(study.file, at);
  cases.rows = crops.size();
  std::vector<std::vector<std::string>> hashes;  // (rows, views) empty: absent
  for (const auto& of_row : crops) {
    std::vector<std::string> own;
    std::vector<char> there;
    for (const auto& view : cases.views) {
      const auto found = of_row.find(view.name);
      own.push_back(found == of_row.end() ? "" : found->second);
      there.push_back(own.back().empty() ? char{0} : char{1});
    }
    hashes.push_back(std::move(own));
    cases.present.push_back(std::move(there));
  }
  cases.crop = [&study, hashes = std::move(hashes)](std::size_t row, std::size_t view) {
    const std::string bytes = study.content.get(hashes[row][view]);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
  };
  return cases;
}

nn::Cases case_of(const StudyFile& file, PredictionPoint at, const Crops& crops) {
  nn::Cases cases = no_cases(file, at);
  cases.rows = 1;
  cases.present.emplace_back();
  std::vector<std::vector<float>> own;
  for (const auto& view : cases.views) {
    const auto found = crops.find(view.name);
    cases.present[0].push_back(found == crops.end() ? char{0} : char{1});
    own.push_back(found == crops.end() ? std::vector<float>() : found->second);
  }
  cases.crop = [own = std::move(own)](std::size_t, std::size_t view) { return own[view]; };
  return cases;
}

}  // namespace larc::study
