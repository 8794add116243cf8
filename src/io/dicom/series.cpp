#include "io/dicom/series.h"

#include <map>
#include <set>
#include <tuple>

#include "core/number.h"
#include "io/dicom/slice_order.h"
#include "io/dicom/vectors.h"

namespace larc::io::dicom {

using image::Vec3;

void sort_slices(std::vector<DicomInstance>& instances) {
  const auto first = std::find_if(instances.begin(), instances.end(), [](const DicomInstance& i) {
    return i.image_orientation.has_value() && i.image_position_lps.has_value();
  });
  Vec3 normal{0, 0, 0};
  if (first != instances.end()) normal = cross((*first->image_orientation)[0], (*first->image_orientation)[1]);
  struct Key {
    bool absent;
    double place;
    int number;
    std::size_t index;
  };
  std::vector<Key> keys;
  keys.reserve(instances.size());
  for (const DicomInstance& i : instances) {
    const double place = i.image_position_lps ? dot(*i.image_position_lps, normal) : kNaN;
    // Absent positions last. Places within a micrometre are equal, so that rounding does not decide.
    keys.push_back({!std::isfinite(place), std::isfinite(place) ? std::round(place * 1e3) / 1e3 : 0.0,
                    i.instance_number.value_or(std::numeric_limits<int>::max()), keys.size()});
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    const DicomInstance &x = instances[a.index], &y = instances[b.index];
    return std::tie(a.absent, a.place, a.number, x.sop_instance_uid, x.frame, x.tile, x.path) <
           std::tie(b.absent, b.place, b.number, y.sop_instance_uid, y.frame, y.tile, y.path);
  });
  std::vector<DicomInstance> sorted;
  sorted.reserve(instances.size());
  for (const Key& key : keys) sorted.push_back(std::move(instances[key.index]));
  instances = std::move(sorted);
}

std::vector<DicomSeries> group_series(std::vector<DicomInstance> instances) {
  std::sort(instances.begin(), instances.end(), [](const DicomInstance& a, const DicomInstance& b) {
    return std::tie(a.path, a.frame, a.tile) < std::tie(b.path, b.frame, b.tile);
  });
  std::map<std::pair<std::string, std::string>, DicomSeries> groups;
  std::set<std::tuple<std::string, std::optional<int>, std::optional<int>>> seen;
  for (DicomInstance& instance : instances) {
    if (!instance.sop_instance_uid.empty() &&
        !seen.emplace(instance.sop_instance_uid, instance.frame, instance.tile).second)
      continue;
    groups[{instance.study_uid, instance.series_uid}].instances.push_back(std::move(instance));
  }
  std::vector<DicomSeries> all;
  for (auto& [uids, series] : groups) {
    sort_slices(series.instances);
    const DicomInstance& first = series.instances.front();
    series.study_uid = uids.first;
    series.series_uid = uids.second;
    series.frame_of_reference_uid = first.frame_of_reference_uid;
    series.patient_id = first.patient_id;
    series.modality = first.modality;
    series.series_description = first.series_description;
    series.series_number = first.series_number;
    all.push_back(std::move(series));
  }
  const auto key = [](const DicomSeries& s) {
    return std::make_tuple(s.study_uid, s.series_number.value_or(std::numeric_limits<int>::max()), s.series_uid);
  };
  std::sort(all.begin(), all.end(), [&](const DicomSeries& a, const DicomSeries& b) { return key(a) < key(b); });
  return all;
}

}  // namespace larc::io::dicom
