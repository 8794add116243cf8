#pragma once
#include "clinical/endpoint.h"
#include "study/study_file.h"

namespace larc::study {

/// Why no model of an endpoint may be fitted, whoever is asked; both texts empty where one may.
/// positives: patients with the outcome, or events; known: patients whose outcome is known
Label refusal_of_counts(const Endpoint& endpoint, std::size_t positives, std::size_t known, int minimum_per_class);

/// Why learners cannot take the endpoint at all: its patients come under observation after its origin, and a model that
/// does not know when would count time in which nobody could have the event. Empty where they can.
Label refusal_of_entry(const Endpoint& endpoint);

}  // namespace larc::study
