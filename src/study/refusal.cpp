#include "study/refusal.h"

namespace larc::study {

namespace {

Label refusal_of_counts(const Endpoint& endpoint, std::size_t positives, std::size_t known, int minimum_per_class) {
  const std::size_t others = known - positives;
  const auto needed = static_cast<std::size_t>(minimum_per_class);
  const std::string events = std::to_string(positives), minimum = std::to_string(minimum_per_class);
  if (endpoint.type == EndpointType::binary) {
    if (positives >= needed && others >= needed) return {};
    return {events + " patients with and " + std::to_string(others) + " without the outcome; at least " + minimum +
                " of each are needed (models.minimum_per_class)",
            "发生结局 " + events + " 例，未发生 " + std::to_string(others) + " 例；各需至少 " + minimum +
                " 例（models.minimum_per_class）"};
  }
  if (positives >= needed) return {};
  return {events + " events among " + std::to_string(known) + " patients; at least " + minimum +
              " are needed (models.minimum_per_class)",
          std::to_string(known) + " 例患者中 " + events + " 例事件；至少需要 " + minimum +
              " 例（models.minimum_per_class）"};
}

Label refusal_of_entry(const Endpoint& endpoint) {
  if (!endpoint.dates || !endpoint.dates->entry) return {};
  return {"its patients come under observation after the origin of the time (entry: " + endpoint.dates->entry->text() +
              "), and the learners cannot take delayed entry; give a second endpoint whose origin is the day of entry",
          "患者在时间起点之后才进入观察（entry：" + endpoint.dates->entry->text() +
              "），学习算法无法处理延迟进入；请另设以进入日为起点的终点"};
}

}  // namespace

Label refusal_of(const Endpoint& endpoint, std::size_t positives, std::size_t known, int minimum_per_class) {
  if (endpoint.type == EndpointType::ordinal) return {};
  const Label of_entry = refusal_of_entry(endpoint);
  return of_entry.en.empty() ? refusal_of_counts(endpoint, positives, known, minimum_per_class) : of_entry;
}

}  // namespace larc::study
