#include "demo/series_habit.h"

#include "core/text.h"

namespace larc::demo {

const std::vector<SeriesHabit>& series_habits() {
  using Kind = SeriesHabit::Kind;
  static constexpr const char* kPlain[3] = {"ORIGINAL\\PRIMARY\\M\\ND", "ORIGINAL\\PRIMARY\\M_SE\\M\\SE",
                                            "ORIGINAL\\PRIMARY\\OTHER"};
  static constexpr const char* kGradient[3] = {"ORIGINAL\\PRIMARY\\M\\ND", "ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE",
                                               "ORIGINAL\\PRIMARY\\OTHER"};
  static constexpr const char* kPhase[3] = {"ORIGINAL\\PRIMARY\\P\\ND", "ORIGINAL\\PRIMARY\\PHASE MAP\\P\\FFE",
                                            "ORIGINAL\\PRIMARY\\OTHER"};
  static constexpr const char* kReformat[3] = {
      "DERIVED\\SECONDARY\\MPR\\CSA MPR", "DERIVED\\SECONDARY\\REFORMATTED\\M\\SE", "DERIVED\\SECONDARY\\REFORMATTED"};
  static constexpr const char* kProjection[3] = {"DERIVED\\SECONDARY\\MPR\\CSA MIP", "DERIVED\\SECONDARY\\MIP\\M\\FFE",
                                                 "DERIVED\\SECONDARY\\PROJECTION IMAGE"};
  const auto row = [](const char* role, std::array<double, 3> share, std::array<const char*, 3> name, Contrast contrast,
                      View view, std::array<double, 4> grid, const char* sequence, std::array<double, 3> timing,
                      int train, const char* options, const char* const(&type)[3], Kind kind = Kind::plain) {
    return SeriesHabit{role,
                       {share[0], share[1], share[2]},
                       {name[0], name[1], name[2]},
                       contrast,
                       view,
                       static_cast<int>(grid[0]),
                       static_cast<int>(grid[1]),
                       grid[2],
                       grid[3],
                       sequence,
                       timing[0],
                       timing[1],
                       timing[2],
                       train,
                       options,
                       {type[0], type[1], type[2]},
                       kind};
  };
  // grid: matrix, slices, pixel and slice in mm; timing: TE and TR in ms, flip angle in degrees
  static const std::vector<SeriesHabit> all{
      row("localiser", {1, 1, 1}, {"localizer", "Survey", "3-Pl Loc"}, Contrast::gradient, View::axial,
          {48, 2, 7.5, 12}, "GR", {3.7, 8, 20}, 1, "", kGradient, Kind::three_planes),
      row("localiser", {0.2, 0.15, 0}, {"scout_large", "Survey_BH", ""}, Contrast::gradient, View::coronal,
          {48, 4, 9, 12}, "GR", {1.6, 4, 8}, 1, "", kGradient),
      row("calibration", {0, 0.4, 0.8}, {"", "Ref_Scan", "ASSET calibration"}, Contrast::gradient, View::axial,
          {32, 8, 14, 14}, "GR", {1.0, 4, 2}, 1, "", kGradient),
      row("t2_sagittal", {1, 1, 1}, {"t2_tse_sag", "T2W_TSE_sag", "Sag T2 FRFSE"}, Contrast::t2, View::sagittal,
          {80, 7, 2.6, 5}, "SE", {96, 4100, 150}, 18, "", kPlain),
      row("t2_large_field", {0.45, 0.2, 0.6}, {"t2_tse_tra_pelvis", "T2W_TSE_ax_large", "Ax T2 pelvis"}, Contrast::t2,
          View::axial, {88, 6, 3.8, 7}, "SE", {92, 4600, 150}, 16, "", kPlain),
      row("t2_coronal", {0.6, 0.5, 0.5}, {"t2_tse_cor_obl", "T2W_TSE_cor", "Cor T2 FRFSE"}, Contrast::t2, View::coronal,
          {80, 6, 2.6, 5}, "SE", {98, 4000, 150}, 18, "", kPlain),
      row("t2_phase", {0.06, 0, 0}, {"t2_tse_tra_obl_high_res", "", ""}, Contrast::t2, View::oblique, {80, 5, 1.7, 3.3},
          "SE", {100, 4200, 150}, 18, "", kPhase, Kind::phase),
      row("t2_fat_sat", {0.1, 0.5, 0.2}, {"t2_tse_fs_tra", "T2W_SPAIR_ax", "Ax T2 FatSat"}, Contrast::t2_fat_sat,
          View::axial, {72, 6, 2.9, 6}, "SE", {84, 4400, 150}, 16, "FS", kPlain),
      row("t1_axial", {0.4, 0.4, 0.3}, {"t1_tse_tra", "T1W_TSE_ax", "Ax T1 FSE"}, Contrast::t1, View::axial,
          {80, 6, 3.4, 6}, "SE", {11, 620, 150}, 3, "", kPlain),
      row("field_map", {0.08, 0.12, 0}, {"gre_field_mapping", "B0 map", ""}, Contrast::gradient, View::axial,
          {40, 5, 6, 8}, "GR", {7.4, 480, 60}, 1, "", kPhase, Kind::phase),
      row("t1_contrast", {0.35, 0.3, 0.4}, {"t1_vibe_fs_tra_post", "eTHRIVE_post", "Ax LAVA+C"}, Contrast::t1_contrast,
          View::axial, {80, 8, 3.2, 4}, "GR", {2.1, 4.6, 12}, 1, "FS", kGradient),
      row("reformat", {0.12, 0.1, 0.1}, {"t2_space_tra_MPR", "T2W_ax MPR", "Ax T2 Reformat"}, Contrast::t2, View::axial,
          {64, 6, 2.4, 3}, "SE", {102, 2200, 150}, 60, "", kReformat),
      row("mip", {0.08, 0.08, 0.08}, {"t1_vibe_MIP_cor", "eTHRIVE MIP", "LAVA MIP"}, Contrast::t1_contrast,
          View::coronal, {64, 2, 4, 20}, "GR", {2.1, 4.6, 12}, 1, "", kProjection),
      row("other_body_part", {0.06, 0.05, 0.05}, {"t2_haste_tra_liver", "T2W_SSh_liver", "Ax SSFSE abdomen"},
          Contrast::t2, View::axial, {56, 5, 7, 8}, "SE", {90, 1100, 150}, 80, "", kPlain, Kind::other_body),
      row("secondary_capture", {0.12, 0.08, 0.2}, {"Protocol screen", "ExamCard", "Screen Save"}, Contrast::t2,
          View::axial, {160, 1, 1, 1}, "", {0, 0, 0}, 1, "", kPlain, Kind::screen),
  };
  return all;
}

void apply_habit(const SeriesHabit& habit, std::size_t vendor, io::dicom::DicomSeriesInfo& info) {
  info.series_description = habit.name[vendor];
  info.protocol_name = habit.name[vendor];
  info.image_type = split(habit.image_type[vendor], '\\');
  info.scanning_sequence = habit.scanning_sequence;
  info.scan_options = habit.scan_options;
  info.echo_time_ms = habit.echo_time_ms;
  info.repetition_time_ms = habit.repetition_time_ms;
  info.flip_angle_deg = habit.flip_angle_deg;
  info.echo_train_length = habit.echo_train_length;
  info.slice_thickness_mm = kNaN;
  info.b_value = kNaN;
  info.number_of_averages = 1;
  info.pixel_bandwidth_hz = 260;
  info.sequence_name.clear();
  info.mr_acquisition_type = std::string_view(habit.role) == "t1_contrast" ? "3D" : "2D";
  if (std::string_view(habit.role) == "t1_contrast") info.contrast_agent = "Gadobutrol";
  if (habit.kind == SeriesHabit::Kind::other_body) info.body_part = "ABDOMEN";
  if (habit.kind != SeriesHabit::Kind::screen) return;
  info.secondary_capture = true;
  info.modality = "OT";
  info.burned_in_annotation = "YES";
}

}  // namespace larc::demo
