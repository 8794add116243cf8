#include "io/dicom/b_value.h"

#include <cctype>

#include "core/text.h"
#include "io/dicom/csa_header.h"

namespace larc::io::dicom {

using image::Vec3;

namespace {

constexpr double kMostBValue = 50000;

double sound(double b_value) {
  return b_value >= 0 && b_value <= kMostBValue ? b_value : kNaN;
}

std::optional<Vec3> unit(const std::vector<double>& v) {
  if (v.size() != 3) return std::nullopt;
  const double length = std::hypot(v[0], v[1], v[2]);
  if (!(std::abs(length - 1) < 0.1)) return std::nullopt;
  return Vec3{v[0] / length, v[1] / length, v[2] / length};
}

/// By creator, else where the attribute lies when nobody moved it.
ElementView private_element(const Attributes& data, std::uint16_t group, std::uint8_t element,
                            std::string_view creator) {
  if (const auto found = data.find_private(group, element, creator)) return found;
  return data.find(DcmTagKey(group, static_cast<std::uint16_t>(0x1000 | element)));
}

double first_of(const std::vector<double>& values) {
  return values.empty() ? kNaN : values.front();
}

/// "*ep_b800t", "ep_b50#1": the digits after a `b` that stands behind a letterless character.
double b_in_sequence_name(const std::string& name) {
  const std::string text = to_lower(name);
  if (text.find("ep") == std::string::npos && text.find("re") == std::string::npos) return kNaN;
  for (std::size_t at = text.find('b'); at != std::string::npos; at = text.find('b', at + 1)) {
    if (at > 0 && std::isalpha(static_cast<unsigned char>(text[at - 1])) != 0) continue;
    std::size_t end = at + 1;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    if (end > at + 1) return parse_double(text.substr(at + 1, end - at - 1)).value_or(kNaN);
  }
  return kNaN;
}

Diffusion of_siemens(const Attributes& data, const DicomInstance& instance) {
  constexpr const char* kCreator = "SIEMENS MR HEADER";
  Diffusion found;
  found.b_value = parse_double(loose_text(private_element(data, 0x0019, 0x0c, kCreator))).value_or(kNaN);
  found.directionality = loose_text(private_element(data, 0x0019, 0x0d, kCreator));
  found.direction = unit(loose_numbers(private_element(data, 0x0019, 0x0e, kCreator), 8));
  if (std::isnan(found.b_value)) {
    // Only diffusion images are worth the 100 KB of the CSA header.
    const bool diffusion =
        std::find(instance.image_type.begin(), instance.image_type.end(), "DIFFUSION") != instance.image_type.end();
    if (diffusion) {
      const auto csa = read_csa_header(private_element(data, 0x0029, 0x10, "SIEMENS CSA HEADER"));
      found.b_value = csa_number(csa, "B_value");
      if (const auto entry = csa.find("DiffusionGradientDirection"); entry != csa.end())
        found.direction = unit(csa_numbers(entry->second));
      if (const auto entry = csa.find("DiffusionDirectionality"); entry != csa.end() && !entry->second.empty())
        found.directionality = entry->second.front();
    }
  }
  if (std::isnan(found.b_value)) found.b_value = b_in_sequence_name(instance.sequence_name);
  return found;
}

Diffusion of_ge(const Attributes& data) {
  Diffusion found;
  const std::string text = loose_text(private_element(data, 0x0043, 0x39, "GEMS_PARM_01"));
  if (const auto value = parse_double(text.substr(0, text.find('\\')))) found.b_value = std::fmod(*value, 1e9);
  return found;
}

Diffusion of_philips(const Attributes& data) {
  constexpr const char* kImaging = "Philips Imaging DD 001";
  constexpr const char* kMr = "Philips MR Imaging DD 001";
  Diffusion found;
  found.b_value = first_of(loose_numbers(private_element(data, 0x2001, 0x03, kImaging), 4));
  const std::string direction = loose_text(private_element(data, 0x2001, 0x04, kImaging));
  if (direction == "I" || direction == "ISOTROPIC") found.directionality = "ISOTROPIC";
  if (direction == "N" || direction == "NONE") found.directionality = "NONE";
  std::vector<double> gradient;
  for (const std::uint8_t element : {std::uint8_t{0xb0}, std::uint8_t{0xb1}, std::uint8_t{0xb2}})
    gradient.push_back(first_of(loose_numbers(private_element(data, 0x2005, element, kMr), 4)));
  found.direction = unit(gradient);
  return found;
}

Diffusion of_united_imaging(const Attributes& data) {
  constexpr const char* kCreator = "Image Private Header";
  Diffusion found;
  found.b_value = first_of(loose_numbers(private_element(data, 0x0065, 0x09, kCreator), 8));
  found.direction = unit(loose_numbers(private_element(data, 0x0065, 0x37, kCreator), 8));
  return found;
}

/// Canon and Toshiba: "b=1500(0.19387,-0.8755,-0.4422)" in the image comments.
Diffusion of_canon(const DicomInstance& instance) {
  Diffusion found;
  const std::string& text = instance.image_comments;
  const auto at = text.find("b=");
  if (at == std::string::npos) return found;
  const auto open = text.find('(', at);
  const std::size_t end = open == std::string::npos ? text.find_first_of(" ,;", at) : open;
  found.b_value = parse_double(text.substr(at + 2, end == std::string::npos ? end : end - at - 2)).value_or(kNaN);
  if (open == std::string::npos) return found;
  std::vector<double> direction;
  for (const auto& part : split(text.substr(open + 1, text.find(')', open) - open - 1), ','))
    direction.push_back(parse_double(part).value_or(kNaN));
  found.direction = unit(direction);
  return found;
}

}  // namespace

Diffusion read_diffusion(const Attributes& data, const DicomInstance& instance) {
  Diffusion found;
  const double standard = sound(data.number_or_nan(DCM_DiffusionBValue));
  const std::string maker = to_lower(instance.manufacturer);
  if (maker.find("siemens") != std::string::npos) {
    found = of_siemens(data, instance);
  } else if (maker.starts_with("ge")) {
    found = of_ge(data);
  } else if (maker.find("philips") != std::string::npos) {
    found = of_philips(data);
  } else if (maker.starts_with("uih") || maker.find("united imaging") != std::string::npos) {
    found = of_united_imaging(data);
  } else if (maker.find("canon") != std::string::npos || maker.find("toshiba") != std::string::npos) {
    found = of_canon(instance);
  }
  found.b_value = std::isnan(standard) ? sound(found.b_value) : standard;
  if (const std::string named = data.text(DCM_DiffusionDirectionality); !named.empty()) found.directionality = named;
  const std::string orientation = data.all_text(DCM_DiffusionGradientOrientation);
  if (!orientation.empty()) {
    std::vector<double> values;
    for (const auto& part : split(orientation, '\\')) values.push_back(parse_double(part).value_or(kNaN));
    if (const auto direction = unit(values)) found.direction = direction;
  }
  // A direction without weighting says nothing, and Philips gives its averages the direction of the last image.
  if (found.b_value == 0 || found.directionality == "ISOTROPIC" || found.directionality == "NONE")
    found.direction.reset();
  return found;
}

void read_diffusion_macro(DcmItem& macro, const std::string& name, DicomInstance& frame) {
  const double b_value = sound(parse_double(text_of(macro, DCM_DiffusionBValue)).value_or(kNaN));
  frame.diffusion_directionality = text_of(macro, DCM_DiffusionDirectionality);
  if (!std::isnan(b_value)) frame.b_value = b_value;
  // NONE is the standard's word for an image without weighting; some leave its b-value out.
  if (std::isnan(b_value) && frame.diffusion_directionality == "NONE") frame.b_value = 0;
  for (DcmItem* gradient : items_of(macro, DCM_DiffusionGradientDirectionSequence))
    frame.diffusion_direction = unit(numbers_of(*gradient, DCM_DiffusionGradientOrientation, name));
  if (frame.b_value == 0 || frame.diffusion_directionality == "ISOTROPIC" || frame.diffusion_directionality == "NONE")
    frame.diffusion_direction.reset();
}

}  // namespace larc::io::dicom
