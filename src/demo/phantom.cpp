#include "demo/phantom.h"

#include <numbers>

#include "demo/placement.h"

namespace larc::demo {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kBeyondFasciaMm = 1.5;  // how far a tumour at 0 mm passes the fascia
constexpr double kIntoOrganMm = 5.0;     // how far one that invades an organ does, and grows into it
constexpr double kLeastVisible = 0.01;   // a smaller share of the first volume is scar only
constexpr double kTeethMm = 0.45;        // standard deviation
constexpr double kAdcSpread = 0.07;      // relative, over the texture

RectalTube draw_tube(std::uint64_t seed) {
  Random random(derive_seed(seed, "tube"));
  RectalTube tube;
  tube.centre_v = random.uniform(5.0, 11.0);
  tube.lumen_radius = random.uniform(8.5, 11.5);
  tube.bend_phase = random.uniform(0.0, 2.0 * kPi);
  return tube;
}

RandomField draw_field(double step_mm, double sigma_mm, std::uint64_t seed) {
  Random random(seed);
  return RandomField({-72, -72, -64}, {72, 72, 64}, step_mm, sigma_mm, random);
}

Line in_frame(const Line& line, const image::Mat3& frame) {
  Line turned{{}, {}, line.count};
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t r = 0; r < 3; ++r) {
      turned.start[a] += frame[r][a] * line.start[r];
      turned.step[a] += frame[r][a] * line.step[r];
    }
  return turned;
}

}  // namespace

Phantom::Phantom(const ImagingTruth& truth, const ImagingFaults& faults, const Habitus& habitus,
                 const image::Mat3& frame, std::uint64_t seed)
    : frame_(frame),
      grain_(draw_field(2.0, 2.0, derive_seed(seed, "grain"))),
      septa_(draw_field(3.0, 4.2, derive_seed(seed, "septa"))),
      stranding_(seed) {
  RectalTube tube = draw_tube(seed);
  const auto shape_seed = derive_seed(seed, "tumour");
  const auto& response = truth.response;
  Random day_1(derive_seed(seed, "day", 1));
  Random day_2(derive_seed(seed, "day", 2));
  RectalTube later = tube;
  tube.lumen_radius *= faults.gas_1 ? 1.15 : day_1.uniform(0.9, 1.05);
  later.lumen_radius *= faults.gas_2 ? 1.15 : day_2.uniform(0.9, 1.05);

  Tumour tumour(truth.before, tube, truth.bladder_invaded, 1, shape_seed);
  const double beyond = truth.bladder_invaded ? kIntoOrganMm : kBeyondFasciaMm;
  const double wanted = truth.bladder_invaded || truth.mrf_distance_mm_1 <= 0 ? -beyond : truth.mrf_distance_mm_1;
  const Placement placement = place_rectum(tumour, wanted, seed);
  tumour.move(placement.shift_u, placement.shift_v);
  for (auto* one : {&tube, &later}) {
    one->centre_u += placement.shift_u;
    one->centre_v += placement.shift_v;
  }
  double front_shift = 0;
  if (truth.bladder_invaded) {
    double front = 1e9;
    for (const auto& point : tumour.surface(2.0)) front = std::min(front, to_pelvic(point)[1]);
    const double organ_back = habitus.male ? -18.0 : -16.0;
    front_shift = std::clamp(front + kIntoOrganMm - organ_back, -10.0, 14.0);
  }

  const auto state_of = [&](const RectalTube& own, bool gas, Random& day) {
    const auto content = draw_content(gas, day);
    return State{own,
                 content,
                 Pelvis(habitus, {day.uniform(0.75, 1.15), front_shift}, seed),
                 Mesorectum(placement.girth, seed),
                 std::nullopt,
                 std::nullopt,
                 1,
                 0};
  };
  states_.push_back(state_of(tube, faults.gas_1, day_1));
  states_.push_back(state_of(later, faults.gas_2, day_2));
  states_[0].tumour = tumour;
  states_[0].adc = response.adc_before;
  states_[0].stranding = truth.stranding_1;
  states_[1].stranding = truth.stranding_2;

  const double remaining = std::clamp(response.remaining, 0.0, 1.0);
  const double bed = std::clamp(remaining + response.fibrosis * (1 - remaining), kLeastVisible, 1.0);
  TumourAppearance appearance = truth.before;
  appearance.volume_ml = bed * truth.before.volume_ml;
  states_[1].bed.emplace(appearance, later, truth.bladder_invaded, bed, shape_seed);
  if (remaining > kLeastVisible) {
    appearance.volume_ml = remaining * truth.before.volume_ml;
    states_[1].tumour.emplace(appearance, later, truth.bladder_invaded, remaining, shape_seed);
  }
  states_[1].adc = response.adc_after;
  add_deposits(states_[0], states_[1], truth, seed);
}

image::Vec3 Phantom::to_rectal(const image::Vec3& p) const {
  image::Vec3 q{};
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t r = 0; r < 3; ++r) q[a] += frame_[r][a] * p[r];
  return q;
}

image::Vec3 Phantom::to_pelvic(const image::Vec3& q) const {
  image::Vec3 p{};
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t a = 0; a < 3; ++a) p[r] += frame_[r][a] * q[a];
  return p;
}

bool Phantom::has_tumour(int examination) const {
  return states_.at(static_cast<std::size_t>(examination)).tumour.has_value();
}

double Phantom::mrf_distance_mm() const {
  return measure_mrf_distance(*states_[0].tumour, states_[0].mesorectum);
}

/// Nodules in the mesorectal fat, clear of wall, fascia and tumour; after therapy at the same places, smaller.
void Phantom::add_deposits(State& before, State& after, const ImagingTruth& truth, std::uint64_t seed) const {
  Random random(derive_seed(seed, "deposits"));
  const double shrink = 0.45 + 0.55 * std::cbrt(std::clamp(truth.response.remaining, 0.0, 1.0));
  int placed = 0;
  for (int attempt = 0; attempt < 400 && placed < truth.deposits; ++attempt) {
    const double radius = random.uniform(2.4, 4.2);
    const double w = random.uniform(-18.0, 20.0);
    const auto outer = before.mesorectum.border(random.uniform(-kPi, kPi), w);
    const double share = random.uniform(0.5, 0.9);
    const auto axis = before.tube.axis_at(w);
    const image::Vec3 at{axis.u + share * (outer[0] - axis.u), axis.v + share * (outer[1] - axis.v), w};
    const double from_axis = std::hypot(at[0] - axis.u, at[1] - axis.v);
    if (before.mesorectum.distance(at) > -radius - 1) continue;
    if (from_axis < 1.25 * before.tube.lumen_radius + kRectalWallMm + radius) continue;
    if (before.tumour->distance(at) < std::min(radius + 1.0, Tumour::kFarMm)) continue;
    Nodule deposit{at, {at[0], at[1], w + 1.5}, radius, tissues::kDeposit, 0.10};
    before.mesorectum.add(deposit);
    deposit.radius *= shrink;
    if (truth.response.remaining < kLeastVisible) deposit.tissue = tissues::kScar;
    after.mesorectum.add(deposit);
    ++placed;
  }
}

/// In the mesorectal fat around the tumour, or around what became of its outline.
void Phantom::paint_strands(const State& state, const Line& line, std::vector<Tissue>& row) const {
  const Tumour& tumour = state.bed ? *state.bed : *state.tumour;
  image::Vec3 reach = tumour.reach();
  for (auto& half : reach) half += Stranding::kReachMm;
  const Stretch stretch = clipped(line, tumour.centre(), reach);
  for (int i = stretch.begin; i < stretch.end; ++i) {
    const auto q = line.at(i);
    const double fat = state.mesorectum.fat(q);
    if (fat <= 0) continue;
    const double share = fat * stranding_.share(tumour, state.stranding, q);
    if (share > 0) blend(row[static_cast<std::size_t>(i)], tissues::kStrand, share);
  }
}

void Phantom::paint_tumour(const State& state, const Line& pelvic, const Line& line, Row& row) const {
  // Fine teeth on the border, as tumour grows between fat cells.
  const auto rough = [&](double distance, int i) {
    return std::abs(distance) < 2 ? distance + kTeethMm * grain_.at(pelvic.at(i)) : distance;
  };
  if (state.bed) {
    const Stretch stretch = clipped(line, state.bed->centre(), state.bed->reach());
    for (int i = stretch.begin; i < stretch.end; ++i) {
      const double share = coverage(rough(state.bed->distance(line.at(i)), i));
      if (share > 0) blend(row.tissue[static_cast<std::size_t>(i)], tissues::kScar, share);
    }
  }
  if (!state.tumour) return;
  const Tumour& tumour = *state.tumour;
  const Stretch stretch = clipped(line, tumour.centre(), tumour.reach());
  for (int i = stretch.begin; i < stretch.end; ++i) {
    const auto q = line.at(i);
    const double share = coverage(rough(tumour.distance(q), i));
    if (share <= 0) continue;
    // Dense cells: less water that moves, so ADC runs against T2.
    const double adc = state.adc * (1 + kAdcSpread * std::clamp(tumour.texture(q), -2.5, 2.5));
    const Tissue tissue{tumour.signal(q), 1.8, adc, 0, 0, 0};
    blend(row.tissue[static_cast<std::size_t>(i)], tissue, share);
    row.tumour[static_cast<std::size_t>(i)] = share;
  }
}

void Phantom::paint(int examination, const Line& line, Row& row) const {
  const State& state = states_.at(static_cast<std::size_t>(examination));
  const Line turned = in_frame(line, frame_);
  state.pelvis.paint(line, row.tissue);
  row.tumour.assign(row.tissue.size(), 0.0);
  state.mesorectum.paint_fat(turned, row.tissue, row.mesorectum);
  if (state.stranding > 0) paint_strands(state, turned, row.tissue);
  state.mesorectum.paint_contents(turned, row.tissue);
  paint_rectum(state.tube, state.content, turned, row.tissue);
  paint_tumour(state, line, turned, row);
  for (int i = 0; i < line.count; ++i) {
    auto& tissue = row.tissue[static_cast<std::size_t>(i)];
    const auto p = line.at(i);
    if (tissue.grain > 0) {
      const double factor = std::max(0.1, 1.0 + tissue.grain * grain_.at(p));
      tissue.t2 *= factor;
      tissue.s0 *= factor;
    }
    if (tissue.septa != 0) {
      const double level = septa_.at(p);
      const double bend = 1 + 30 * level * level;
      tissue.t2 *= 1 - tissue.septa / (bend * bend);
    }
  }
}

}  // namespace larc::demo
