#include "core/error.h"
#include "quality/measure.h"

namespace larc::quality {

// Offsets and least spreads: ratios are judged on a logarithmic scale, where 0.05 is a twentieth of the value; the
// offset is the value below which differences mean nothing (a ghost of 1%; a void of 10 ml, which is a rectum that
// holds some gas). Continuity across the seam says that something is folded, not how deep: a band at the edge does no
// harm, so it makes doubtful at most.
const std::vector<MeasureInfo>& measure_table() {
  // clang-format off
  static const std::vector<MeasureInfo> table{
      {"snr", "1", Worse::low, true, 0, 0.08, true,
       {"Signal-to-noise ratio", "信噪比"},
       {"Median signal of the body over the noise within it.",
        "体内信号中位数与体内噪声之比。"}},
      {"snr_air", "1", Worse::low, true, 0, 0.10, true,
       {"Signal-to-noise ratio against air", "信噪比（以空气为背景）"},
       {"Mean signal of the body over the noise in the air around it.",
        "体内平均信号与周围空气噪声之比。"}},
      {"cnr", "1", Worse::low, true, 0, 0.10, true,
       {"Contrast-to-noise ratio", "对比噪声比"},
       {"Difference between bright and dark tissue over the noise.",
        "亮、暗组织信号差与噪声之比。"}},
      {"cjv", "1", Worse::high, true, 0, 0.05, true,
       {"Coefficient of joint variation", "联合变异系数"},
       {"Spread within bright and dark tissue over the difference between them.",
        "亮、暗组织内部离散度与二者差值之比。"}},
      {"entropy_focus", "1", Worse::high, false, 0, 0.01, true,
       {"Entropy focus criterion", "熵聚焦准则"},
       {"Entropy of the intensities; ghosts and blur raise it.",
        "图像强度的熵；伪影与模糊使其升高。"}},
      {"foreground_background", "1", Worse::low, true, 0, 0.20, true,
       {"Foreground-to-background energy ratio", "前景背景能量比"},
       {"Mean energy of the body over that of the air.",
        "体内平均能量与空气平均能量之比。"}},
      {"bias_field", "%", Worse::high, true, 10, 0.10, true,
       {"Bias field strength", "偏置场强度"},
       {"Spread of the smooth intensity field over the body.",
        "体内平滑强度场的变化幅度。"}},
      {"ghost", "%", Worse::high, true, 1, 0.20, true,
       {"Phase-encode ghost", "相位编码方向鬼影"},
       {"Amplitude of the copy at half the field of view.",
        "视野一半处复影的幅度。"}},
      {"motion", "%", Worse::high, true, 2, 0.20, true,
       {"Motion ghost", "运动伪影"},
       {"Greatest amplitude of copies displaced along the phase-encoding direction.",
        "沿相位编码方向移位复影的最大幅度。"}},
      {"wrap_around", "1", Worse::high, false, 0, 0.1, true,
       {"Wrap-around", "卷褶伪影"},
       {"Share of the signal folded onto the middle of the image from beyond the field of view.",
        "由视野外卷褶至图像中部的信号比例。"}},
      {"ghost_air", "%", Worse::high, true, 1, 0.20, true,
       {"Ghost in the air", "空气中的鬼影"},
       {"Signal in the air along phase encoding over that of the body.",
        "相位编码方向空气信号与体内信号之比。"}},
      {"sharpness", "1", Worse::low, false, 0, 0.01, true,
       {"Sharpness", "清晰度"},
       {"Variation between neighbouring voxels that an average takes away.",
        "平均滤波所消除的相邻体素变化比例。"}},
      {"clipped", "%", Worse::high, true, 0.1, 0.30, true,
       {"Clipped intensities", "强度截断"},
       {"Share of the body at the greatest stored value.",
        "体内达到最大存储值的体素比例。"}},
      {"field_of_view", "mm", Worse::low, true, 0, 0.05, true,
       {"Field of view", "视野"},
       {"Smaller side of the field of view in the plane.",
        "层面内视野的较短边长。"}},
      {"off_centre", "mm", Worse::high, true, 10, 0.25, true,
       {"Field of view beside the midline", "视野偏离中线"},
       {"Distance of the middle of the image from the middle of the scanner, to the left or right.",
        "图像中心与扫描仪中线的左右距离。"}},
      {"coverage", "mm", Worse::low, true, 0, 0.07, true,
       {"Coverage along the slices", "层方向覆盖范围"},
       {"Number of slices times their distance.",
        "层数与层间距之积。"}},
      {"slice_jump", "%", Worse::high, true, 5, 0.20, true,
       {"Jump between slices", "层间强度跳变"},
       {"Greatest departure of a slice's intensity from its neighbours'.",
        "某层强度与相邻层的最大偏差。"}},
      {"missing_slices", "slices", Worse::high, false, 0, 0.25, true,
       {"Slices without signal", "无信号层数"},
       {"Slices that hold next to no signal.",
        "几乎没有信号的层数。"}},
      {"central_void", "ml", Worse::high, true, 10, 0.235, true,
       {"Signal void at the rectum", "直肠区信号缺失"},
       {"Volume without signal in the middle of the field of view.",
        "视野中央无信号的体积。"}},
      {"tumour_contrast", "1", Worse::low, true, 0.5, 0.20, false,
       {"Tumour contrast to noise", "肿瘤对比噪声比"},
       {"Difference between the tumour and its surroundings over the noise.",
        "肿瘤与周围组织信号差与噪声之比。"}},
      {"tumour_void", "%", Worse::high, true, 2, 0.55, true,
       {"Signal void near the tumour", "肿瘤周围信号缺失"},
       {"Share of the tumour and 10 mm around it without signal.",
        "肿瘤及其周围10毫米内无信号的比例。"}},
  };
  // clang-format on
  return table;
}

const MeasureInfo& measure_info(const std::string& id) {
  for (const auto& info : measure_table())
    if (info.id == id) return info;
  throw Error(ErrorCode::not_found, "no quality measure is called " + id);
}

}  // namespace larc::quality
