// Writes the seeds that lie in segmentation/, rtstruct/ and nifti/: make_mask_seeds tests/fuzz
#include "core/file.h"
#include "io/dicom/write.h"
#include "io/dicom/write_segmentation.h"
#include "io/dicom_elements.h"
#include "io/image_file.h"
namespace {

using namespace larc;
using namespace larc::io::dicom;
using test::DicomElements;
namespace fs = std::filesystem;

image::Geometry grid() {
  image::Geometry g;
  g.size = {7, 6, 5};
  g.spacing_mm = {0.75, 0.5, 3.25};
  return g;
}

void write_masks(const fs::path& root) {
  const image::Geometry g = grid();
  image::Mask a{g, std::vector<std::uint8_t>(210, 0)}, b = a;
  for (int k = 1; k < 4; ++k)
    for (int j = 1; j < 5; ++j)
      for (int i = 1; i < 6; ++i) {
        a.voxels[g.offset(i, j, k)] = !(i == 3 && j == 2);
        b.voxels[g.offset(i, j, k)] = i > 2 && k != 2;
      }
  std::vector<DicomInstance> series;
  for (int k = 0; k < 5; ++k) {
    DicomInstance x;
    x.sop_class_uid = "1.2.840.10008.5.1.4.1.1.4";
    x.sop_instance_uid = "1.2.3." + std::to_string(k + 1);
    x.series_uid = "1.2.3";
    x.study_uid = "1.2";
    x.frame_of_reference_uid = "1.2.5";
    x.rows = 6;
    x.columns = 7;
    x.image_position_lps = g.point_lps({0, 0, static_cast<double>(k)});
    series.push_back(x);
  }
  DicomSeriesInfo info;
  info.patient_id = "P1";
  info.study_uid = "1.2";
  info.series_uid = "1.2.4";
  info.frame_of_reference_uid = "1.2.5";
  info.study_date = "20200102";
  write_segmentation(root / "segmentation/binary.dcm",
                     {{"tumour", &a, term_of("tumour")}, {"node", &b, term_of("node")}}, info, series);
  write_rtstruct(root / "rtstruct/holes.dcm", {{"tumour", &a}, {"node", &b}}, info, series);
  int first = 0;
  for (const char* name : {"labels.nii", "labels.nii.gz", "labels.nrrd", "labels.mha"}) {
    const fs::path path = root / "tmp" / name;
    io::write_image(path, first == 0 ? b : a);
    write_file_atomic(root / "nifti" / name, std::string(1, static_cast<char>(first++)) + read_file(path));
  }
  fs::remove_all(root / "tmp");
}

void write_bytes_a_pixel(const fs::path& root) {
  for (const bool label_map : {false, true}) {
    std::vector<DicomElements> frames, segments;
    for (unsigned s = label_map ? 0 : 1; s <= 2; ++s)
      segments.push_back(DicomElements().us(0x00620004, s).text(0x00620005, "LO", "s" + std::to_string(s)));
    std::string pixels;
    for (int k = 0; k < 4; k += 2) {
      DicomElements f;
      f.items(0x00209113, {DicomElements().numbers(0x00200032, {0, 0, 3.25 * k})});
      if (!label_map) f.items(0x0062000a, {DicomElements().us(0x0062000b, 1 + static_cast<unsigned>(k) / 2)});
      frames.push_back(f);
      for (int p = 0; p < 42; ++p) pixels += static_cast<char>(label_map ? p % 3 : p * 6);
    }
    DicomElements shared, data;
    shared.items(0x00289110, {DicomElements().numbers(0x00280030, {0.5, 0.75}).numbers(0x00180088, {3.25})});
    shared.items(0x00209116, {DicomElements().numbers(0x00200037, {1, 0, 0, 0, 1, 0})});
    data.text(0x00080016, "UI", label_map ? "1.2.840.10008.5.1.4.1.1.66.7" : "1.2.840.10008.5.1.4.1.1.66.4");
    data.text(0x00280008, "IS", "2").us(0x00280010, 6).us(0x00280011, 7).us(0x00280002, 1);
    data.us(0x00280100, 8).us(0x00280101, 8).us(0x00280102, 7).us(0x00280103, 0);
    data.text(0x00620001, "CS", label_map ? "LABELMAP" : "FRACTIONAL").items(0x00620002, segments);
    if (!label_map) data.us(0x0062000e, 255);
    data.items(0x52009229, {shared}).items(0x52009230, frames).raw(0x7fe00010, "OB", pixels);
    write_file_atomic(root / "segmentation" / (label_map ? "label_map.dcm" : "fractional.dcm"), data.file());
  }
}

void write_keyhole(const fs::path& root) {
  std::vector<DicomElements> drawn;
  const std::vector<std::vector<double>> shapes{
      {0, 0,   3.25, 3, 0,   3.25, 3, 2,    3.25, 0, 2,    3.25, 0, 1, 3.25, 1, 1, 3.25,
       1, 1.5, 3.25, 2, 1.5, 3.25, 2, 0.75, 3.25, 1, 0.75, 3.25, 1, 1, 3.25, 0, 1, 3.25},
      {1, 1, 0},
      {0, 0, 6.5, 2, 0, 6.5, 2, 2, 6.5}};
  const char* types[] = {"CLOSED_PLANAR", "POINT", "CLOSEDPLANAR_XOR"};
  for (std::size_t c = 0; c < 3; ++c)
    drawn.push_back(DicomElements()
                        .text(0x30060042, "CS", types[c])
                        .text(0x30060046, "IS", std::to_string(shapes[c].size() / 3))
                        .numbers(0x30060050, shapes[c]));
  DicomElements data;
  data.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.3");
  data.items(0x30060020, {DicomElements().text(0x30060022, "IS", "4").text(0x30060026, "LO", "GTV")});
  data.items(0x30060039, {DicomElements().text(0x30060084, "IS", "4").items(0x30060040, drawn)});
  write_file_atomic(root / "rtstruct/keyhole.dcm", data.file());
}

}  // namespace

int main(int, char** argv) {
  const fs::path root = argv[1];
  write_masks(root);
  write_bytes_a_pixel(root);
  write_keyhole(root);
  return 0;
}
