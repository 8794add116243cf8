#pragma once

namespace larc::study {

/// study.yaml of a study of locally advanced rectal cancer, as `larc init` writes it.
const char* rectal_protocol();
/// The first lines of the demonstration's study.yaml.
const char* demo_protocol_head();
/// What series are called where study.yaml has no `sequences` (series_rule.h).
const char* default_sequences();

}  // namespace larc::study
