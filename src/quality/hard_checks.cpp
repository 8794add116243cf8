#include "quality/hard_checks.h"

#include "core/number.h"
#include "quality/mask_place.h"
#include "quality/scene.h"

namespace larc::quality {

namespace {

class Checks {
 public:
  void passed(const char* id, Label text) { all_.push_back({id, Outcome::pass, std::move(text), {}}); }
  void failed(const char* id, Label text, Label remedy) {
    all_.push_back({id, Outcome::fail, std::move(text), std::move(remedy)});
  }
  void unknown(const char* id, Label text) { all_.push_back({id, Outcome::not_checked, std::move(text), {}}); }
  std::vector<HardCheck> take() { return std::move(all_); }

 private:
  std::vector<HardCheck> all_;
};

struct SliceCheck {
  const char* id;
  std::vector<ReadingFault> faults;
  Label good, bad, remedy;
};

const std::vector<SliceCheck>& slice_checks() {
  static const std::vector<SliceCheck> checks{
      {"slice_positions",
       {ReadingFault::uneven_gaps, ReadingFault::tilted_slices},
       {"slices lie at constant distances", "层间距恒定"},
       {"slices do not lie at constant distances", "层间距不恒定"},
       {"send the series again from the archive, or let the protocol resample it",
        "请从影像归档系统重新发送该序列，或在方案中允许重采样"}},
      {"missing_slice",
       {ReadingFault::missing_slice},
       {"no slice is missing", "无缺失层面"},
       {"a slice is missing", "存在缺失层面"},
       {"send the complete series again", "请重新发送完整序列"}},
      {"duplicate_slice",
       {ReadingFault::duplicate_slice},
       {"no two slices at one position", "无重复层面"},
       {"several slices lie at one position", "同一位置存在多个层面"},
       {"send the series without repeated slices, or tell its stacks apart by their headers",
        "请发送不含重复层面的序列，或按头信息区分各组图像"}},
      {"orientation",
       {ReadingFault::mixed_orientation},
       {"all slices have one orientation", "所有层面方向一致"},
       {"slices have different orientations", "层面方向不一致"},
       {"choose one orientation of the series", "请选择该序列中的单一方向"}},
  };
  return checks;
}

void check_slices(Checks& checks, const HardCheckInputs& inputs) {
  for (const auto& check : slice_checks()) {
    std::string found;
    for (const auto& note : inputs.notes)
      if (std::find(check.faults.begin(), check.faults.end(), note.fault) != check.faults.end())
        found += (found.empty() ? "" : "; ") + note.text;
    const bool seen = std::any_of(inputs.notes.begin(), inputs.notes.end(), [&](const ReadingNote& note) {
      return std::find(check.faults.begin(), check.faults.end(), note.fault) != check.faults.end();
    });
    if (!seen) {
      checks.passed(check.id, check.good);
      continue;
    }
    const std::string end = found.empty() ? "" : ": " + found, end_zh = found.empty() ? "" : "：" + found;
    checks.failed(check.id, {check.bad.en + end, check.bad.zh + end_zh}, check.remedy);
  }
}

void check_spacing(Checks& checks, const char* id, double mm, const std::optional<double>& limit, const Label& name) {
  if (!limit) return;
  const std::string value = format_fixed(mm, 2), most = format_fixed(*limit, 2);
  const Label text{name.en + " " + value + " mm; the protocol allows up to " + most + " mm",
                   name.zh + "为" + value + "毫米；方案上限为" + most + "毫米"};
  // A header's decimals are no reason to refuse.
  if (mm <= *limit * 1.001)
    checks.passed(id, text);
  else
    checks.failed(id, text,
                  {"use a finer series of this examination, or widen the limit in the protocol",
                   "请使用该次检查中分辨率更高的序列，或在方案中放宽上限"});
}

void check_b_values(Checks& checks, const std::vector<double>& b_values) {
  const auto unknown = std::count_if(b_values.begin(), b_values.end(), [](double b) { return std::isnan(b); });
  std::string list;
  for (const double b : b_values)
    if (!std::isnan(b)) list += (list.empty() ? "" : ", ") + format_double(b);
  if (!b_values.empty() && unknown == 0)
    return checks.passed("b_values", {"b-values known: " + list + " s/mm2", "b值已知：" + list + " s/mm2"});
  checks.failed("b_values", {"a b-value is not known", "b值未知"},
                {"send the original series, whose headers hold the b-values, or enter them",
                 "请发送头信息含b值的原始序列，或手工录入b值"});
}

void check_adc_unit(Checks& checks, const image::Volume& volume) {
  const double median = look_at(volume).median;
  const std::string value = format_fixed(median, median < 0.1 ? 5 : 2);
  const Label text{"median ADC of the body " + value + " x 10^-3 mm2/s", "体内ADC中位数为" + value + " x 10^-3 mm2/s"};
  if (median >= kLeastBodyAdc && median <= kGreatestBodyAdc) return checks.passed("adc_unit", text);
  checks.failed("adc_unit", text,
                {"the map is in another unit or is no ADC map: give its unit in the protocol, or compute the map from "
                 "the diffusion images",
                 "该图单位不符或并非ADC图：请在方案中指定单位，或由弥散图像重新计算"});
}

void check_mask(Checks& checks, const HardCheckInputs& inputs) {
  const auto place = place_of(*inputs.tumour, inputs.volume->geometry);
  if (place.voxels == 0)
    return checks.failed("mask_empty", {"the outline of the tumour is empty", "肿瘤轮廓为空"},
                         {"draw the tumour again, or say that none is visible", "请重新勾画肿瘤，或注明未见肿瘤"});
  checks.passed("mask_empty", {"the outline of the tumour is not empty", "肿瘤轮廓非空"});
  const Label edge_remedy{"use a series whose field of view holds the whole tumour, or correct the outline",
                          "请使用完整包含肿瘤的序列，或修正轮廓"};
  if (place.at_side > 0)
    checks.failed("mask_edge", {"the tumour touches the edge of the field of view", "肿瘤触及视野边缘"}, edge_remedy);
  else
    checks.passed("mask_edge", {"the tumour keeps clear of the edge of the field of view", "肿瘤未触及视野边缘"});
  if (place.outside > 0) {
    const std::string share =
        format_fixed(100 * static_cast<double>(place.outside) / static_cast<double>(place.voxels), 1);
    checks.failed("coverage", {share + "% of the tumour lies outside the image", "肿瘤有" + share + "%位于图像之外"},
                  edge_remedy);
  } else if (place.at_end > 0) {
    checks.failed("coverage",
                  {"the tumour reaches the first or the last slice and may go on beyond it",
                   "肿瘤到达首层或末层，可能超出扫描范围"},
                  edge_remedy);
  } else {
    checks.passed("coverage", {"the whole tumour lies inside the image", "肿瘤完全位于图像之内"});
  }
}

void check_therapy(Checks& checks, const HardCheckInputs& inputs) {
  if (!inputs.date || !inputs.therapy_end)
    return checks.unknown("after_therapy", {"the date of the examination or the end of therapy is not known",
                                            "检查日期或治疗结束日期未知"});
  const auto days = (*inputs.date - *inputs.therapy_end).count();
  const std::string count = std::to_string(std::abs(days));
  if (days > 0)
    return checks.passed("after_therapy", {count + " days after the end of therapy", "治疗结束后" + count + "天"});
  checks.failed("after_therapy",
                {"the second examination lies " + (days == 0 ? "on the last day" : count + " days before the end") +
                     " of therapy",
                 "第二次检查" + (days == 0 ? std::string("在治疗结束当日") : "早于治疗结束" + count + "天")},
                {"correct the dates, or choose the examination after therapy", "请更正日期，或选择治疗后的检查"});
}

}  // namespace

std::vector<HardCheck> hard_checks(const HardCheckInputs& inputs) {
  Checks checks;
  check_slices(checks, inputs);
  if (inputs.volume != nullptr) {
    const auto& spacing = inputs.volume->geometry.spacing_mm;
    check_spacing(checks, "in_plane_spacing", std::max(spacing[0], spacing[1]), inputs.limits.in_plane_mm,
                  {"voxels in the plane", "层面内体素"});
    check_spacing(checks, "slice_spacing", spacing[2], inputs.limits.slice_mm, {"slices apart", "层间距"});
  }
  if (inputs.diffusion && !inputs.quantitative_map) check_b_values(checks, inputs.b_values);
  if (inputs.quantitative_map && inputs.volume != nullptr) check_adc_unit(checks, *inputs.volume);
  if (inputs.tumour != nullptr && inputs.volume != nullptr) check_mask(checks, inputs);
  if (inputs.examination == 2) check_therapy(checks, inputs);
  return checks.take();
}

std::string to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::not_checked:
      break;
  }
  return "not_checked";
}

Json to_json(const HardCheck& check) {
  Json json{{"id", check.id}, {"outcome", to_string(check.outcome)}, {"text", to_json(check.text)}};
  if (check.outcome == Outcome::fail) json["remedy"] = to_json(check.remedy);
  return json;
}

}  // namespace larc::quality
