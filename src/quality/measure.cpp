#include "quality/measure.h"

#include "core/error.h"
#include "preprocess/resample.h"
#include "quality/air_measures.h"
#include "quality/bias_strength.h"
#include "quality/intensity_measures.h"
#include "quality/noise_measures.h"
#include "quality/phase_echo.h"
#include "quality/scene.h"
#include "quality/sharpness.h"
#include "quality/slice_measures.h"
#include "quality/void_measures.h"
#include "quality/wrap_around.h"

namespace larc::quality {

namespace {

constexpr double kLeastB = 200;  // s/mm2

class Answer {
 public:
  void add(const char* id, const Number& number) {
    measures_.push_back({id, number.value, measure_info(id).unit, number.reason});
  }
  std::vector<Measure> take() { return std::move(measures_); }

 private:
  std::vector<Measure> measures_;
};

/// Of the axes that phase may have been encoded along; where the header says nothing, the worse of the two.
Number worse_of(const Number& a, const Number& b) {
  if (std::isnan(a.value)) return b;
  return b.value > a.value ? b : a;
}

void add_echoes(Answer& answer, const Scene& scene, std::optional<int> phase_axis) {
  auto echoes = phase_echoes(scene, phase_axis.value_or(0));
  auto wrap = wrap_around(scene, phase_axis.value_or(0));
  if (!phase_axis) {
    const auto other = phase_echoes(scene, 1);
    echoes.nyquist = worse_of(echoes.nyquist, other.nyquist);
    echoes.motion = worse_of(echoes.motion, other.motion);
    wrap = worse_of(wrap, wrap_around(scene, 1));
  }
  answer.add("ghost", echoes.nyquist);
  answer.add("motion", echoes.motion);
  answer.add("wrap_around", wrap);
}

void add_tumour(Answer& answer, const Scene& scene, const QualityInputs& inputs) {
  std::optional<image::Mask> moved;
  const image::Mask* tumour = inputs.tumour;
  if (tumour != nullptr && !image::same_geometry(tumour->geometry, scene.volume->geometry)) {
    moved = preprocess::resample(*tumour, scene.volume->geometry, preprocess::Interpolation::nearest);
    tumour = &*moved;
  }
  const auto absent = undefined("no outline of the tumour");
  if (!inputs.quantitative_map)
    answer.add("tumour_contrast", tumour != nullptr ? tumour_contrast(scene, *tumour) : absent);
  // On other images the gas of the lumen beside the tumour is anatomy.
  if (inputs.diffusion) answer.add("tumour_void", tumour != nullptr ? void_near_tumour(scene, *tumour) : absent);
}

}  // namespace

std::vector<Measure> measure(const image::Volume& volume, const QualityInputs& inputs) {
  const auto scene = look_at(volume);
  Answer answer;
  if (!(scene.median > 0)) {
    const auto nothing = undefined("the image has no positive signal: measure it as the scanner stored it");
    for (const auto& info : measure_table()) answer.add(info.id, nothing);
    return answer.take();
  }
  if (!inputs.quantitative_map) {
    const auto noise = noise_measures(scene);
    const auto air = air_measures(scene, inputs.phase_axis);
    answer.add("snr", noise.snr);
    answer.add("snr_air", air.snr);
    answer.add("cnr", noise.cnr);
    answer.add("cjv", noise.cjv);
    answer.add("entropy_focus", entropy_focus(scene));
    answer.add("foreground_background", air.fber);
    answer.add("bias_field", bias_strength(scene));
    add_echoes(answer, scene, inputs.phase_axis);
    answer.add("ghost_air", air.ghost);
    answer.add("sharpness", sharpness(scene));
  }
  answer.add("clipped", clipped_share(scene));
  const auto& g = volume.geometry;
  answer.add("field_of_view", {std::min(g.size[0] * g.spacing_mm[0], g.size[1] * g.spacing_mm[1]), ""});
  const auto middle = g.point_lps({0.5 * (g.size[0] - 1), 0.5 * (g.size[1] - 1), 0.5 * (g.size[2] - 1)});
  answer.add("off_centre", {std::abs(middle[0]), ""});
  answer.add("coverage", {g.size[2] * g.spacing_mm[2], ""});
  const auto slices = slice_measures(scene);
  answer.add("slice_jump", slices.jump);
  answer.add("missing_slices", slices.missing);
  if (inputs.diffusion) {
    const bool low = !inputs.quantitative_map && inputs.b_value && *inputs.b_value < kLeastB;
    answer.add("central_void", low ? undefined("measured at the high b-value, where averages make fat differ from air")
                                   : central_void(scene, inputs.quantitative_map));
  }
  add_tumour(answer, scene, inputs);
  return answer.take();
}

Json to_json(const Measure& measure) {
  Json json{{"id", measure.id}, {"value", number_or_null(measure.value)}, {"unit", measure.unit}};
  if (!measure.reason.empty()) json["reason"] = measure.reason;
  return json;
}

Measure measure_of(const Json& json) {
  try {
    return {json.at("id").get<std::string>(), number_or_nan(json.value("value", Json())),
            json.at("unit").get<std::string>(), json.value("reason", "")};
  } catch (const Json::exception&) {
    throw Error(ErrorCode::format, "not a quality measure: id, value and unit are wanted");
  }
}

}  // namespace larc::quality
