#pragma once
#include "study/study_file.h"

namespace larc::study {

/// Why no model of an endpoint may be fitted, whoever is asked; both texts empty where one may, and for ordinal
/// endpoints, of which none is. First, that its patients come under observation after its origin: a model that does not
/// know when would count time in which nobody could have the event. Then, that there are too few patients.
/// positives: patients with the outcome, or events; known: patients whose outcome is known
Label refusal_of(const Endpoint& endpoint, std::size_t positives, std::size_t known, int minimum_per_class);

}  // namespace larc::study
