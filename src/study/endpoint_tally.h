#pragma once
#include "clinical/endpoint.h"
#include "study/study_file.h"

namespace larc::study {

/// What is known of one endpoint in the eligible patients, gathered one by one.
class EndpointTally {
 public:
  explicit EndpointTally(const Endpoint& endpoint) : endpoint_(endpoint) {}
  void add(const Outcome& outcome, const std::string& centre);

  /// id, label, type, at, primary, modelled; eligible = known + unknown + contradictory + not_at_risk; positive (with
  /// the outcome, or events), negative or censored, competing; prevalence among the known; levels; median_follow_up by
  /// reverse Kaplan-Meier with 95% limits; missing: variables without which it is unknown, most frequent first;
  /// refused: why no model may be fitted, or null; centres.
  Json json(const StudyFile& file) const;

 private:
  struct OfCentre {
    std::size_t known = 0;
    std::size_t positive = 0;
  };
  Json median_follow_up() const;
  Json missing_json(const StudyFile& file) const;

  const Endpoint& endpoint_;
  std::array<std::size_t, 4> states_{};
  std::size_t positive_ = 0, competing_ = 0;
  std::map<std::string, std::size_t> levels_, missing_;
  std::map<std::string, OfCentre> centres_;
  std::vector<double> time_, entry_;
  std::vector<int> event_;  // of any kind
};

}  // namespace larc::study
