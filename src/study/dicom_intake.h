#pragma once
#include <map>
#include <string>
#include <vector>

#include "io/dicom/packed_series.h"
#include "study/delivery_identity.h"
#include "study/series_choice.h"
#include "study/study.h"

namespace larc::study {

/// Before the key of a stack, in the registry's source of an image.
inline constexpr const char* kSeriesSource = "series ";

/// A stack of one patient in a delivery.
struct DeliveredStack {
  std::string patient;
  SeriesOffer offer;
  io::dicom::PackedSeries images;
};

/// The stacks of all series, by patient and key. Images that name no patient stand under the empty name.
/// The key of a stack is the UID of its series and, where the series falls apart into several stacks, what sets this
/// one apart: "1.2.3, b 800". Empties the collector.
std::vector<DeliveredStack> stacks_of(const StudyFile& study, io::dicom::SeriesCollector& images);

/// What a delivery gives to one role of one patient.
struct ChosenStack {
  std::size_t stack;  // of those given
  std::string patient;
  std::string role;
};

/// What stayed open, or must be known of a choice.
struct IntakeNote {
  std::string patient;
  std::string role;
  clinical::Label text;
  bool open = false;  // waits for a person
};

struct IntakeResult {
  std::vector<ChosenStack> chosen;
  std::vector<IntakeNote> notes;
};

/// Decides for every patient which stack takes which image role, with what the registry knows of the patient and what a
/// person decided before, and keeps the series and the decisions in the registry (intake_log.h), with pictures of the
/// candidates where a person has to decide.
IntakeResult take_in(Study& study, const std::vector<DeliveredStack>& stacks, const DeliveryIdentity& identity,
                     int threads);

}  // namespace larc::study
