#include "demo/rectum.h"

#include <numbers>

namespace larc::demo {

RectalTube::Axis RectalTube::axis_at(double w) const {
  return {centre_u + 2.5 * std::sin(w / 18.0 + bend_phase),
          centre_v + 0.0035 * w * w + 1.5 * std::cos(w / 15.0 + bend_phase)};
}

RectalContent draw_content(bool much_gas, Random& random) {
  RectalContent content;
  const double share = random.uniform();  // 0 stool, 1 gel
  content.filling = {1.5 + 3.2 * share, 0.8 + 2.6 * share, 1.3 + 1.4 * share, 0.20 - 0.17 * share, 0, 0};
  const bool bubble = random.uniform() < 0.35;
  const double level = random.uniform(-8.0, -5.0);
  if (much_gas) {
    content.gas_level_mm = random.uniform(3.0, 8.0);
  } else if (bubble) {
    content.gas_level_mm = level;
  }
  content.fold_phase = random.uniform(0.0, 2.0 * std::numbers::pi);
  return content;
}

void paint_rectum(const RectalTube& tube, const RectalContent& content, const Line& line, std::vector<Tissue>& row) {
  const double outermost = 1.35 * tube.lumen_radius + kRectalWallMm + kRampMm;
  const auto middle = tube.axis_at(line.at(line.count / 2)[2]);
  const Stretch stretch = clipped(line, {middle.u, middle.v, 0}, {outermost + 2, outermost + 2, 1e3});
  for (int i = stretch.begin; i < stretch.end; ++i) {
    const auto q = line.at(i);
    const auto axis = tube.axis_at(q[2]);
    const double du = q[0] - axis.u;
    const double dv = q[1] - axis.v;
    const double radius = std::sqrt(du * du + dv * dv);
    if (radius > outermost) continue;
    auto& state = row[static_cast<std::size_t>(i)];
    const double angle = std::atan2(dv, du);
    const double turn = content.fold_phase;
    const double lumen =
        tube.lumen_radius * (1.0 + 0.13 * std::cos(2.0 * angle + turn + q[2] / 25.0) +
                             0.07 * std::cos(3.0 * angle - turn + q[2] / 12.0) + 0.06 * std::sin(q[2] / 9.0 + turn));
    const double fold = lumen + 0.6 * std::cos(7.0 * angle + q[2] / 5.0 + turn);
    blend(state, tissues::kMuscularis, coverage(radius - lumen - kRectalWallMm));
    blend(state, tissues::kSubmucosa, coverage(radius - lumen - kMucosaMm - kSubmucosaMm));
    blend(state, tissues::kMucosa, coverage(radius - fold - kMucosaMm));
    const double inside = coverage(radius - fold);
    if (inside <= 0) continue;
    const double gas = coverage(dv - content.gas_level_mm);
    Tissue filling = content.filling;
    blend(filling, tissues::kGas, gas);
    blend(state, filling, inside);
  }
}

}  // namespace larc::demo
