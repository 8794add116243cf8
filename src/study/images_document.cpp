#include "study/images_document.h"

#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/version.h"
#include "study/image_quality.h"
#include "study/thumbnail.h"

namespace larc::study {

using clinical::Label;
using clinical::to_json;
using Place = std::pair<std::string, std::string>;

namespace {

/// Of the pictures of images that need no eye: they are small, and a page stays one that can be sent.
constexpr std::size_t kMostGoodPictures = 4'000'000;  // base64 characters in all

/// A word of a command for a POSIX shell.
std::string shell_word(const std::string& text) {
  if (!text.empty() &&
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos)
    return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// The page puts STUDY, NAME and TEXT in, and the key of a series in place of '...'.
std::string command(const Place& place, const std::string& what) {
  return "larc decide STUDY --patient " + shell_word(place.first) + " --image " + place.second + " " + what +
         " --by NAME --reason TEXT";
}

const Label& label_of(const StudyFile& file, const std::string& role) {
  for (const auto& image : file.images)
    if (image.id == role) return image.label;
  static const Label kNone;
  return kNone;
}

class Writer {
 public:
  explicit Writer(const Study& study)
      : study_(study),
        choices_(study.intake.choices()),
        quality_(quality_report(study)),
        images_(study.registry.images()),
        patients_(study.registry.patients()) {
    for (const auto& [patient, values] : study.registry.values(study.file))
      if (const auto centre = values.find(kCentreVariable); centre != values.end()) centres_[patient] = centre->second;
  }

  Json document() const {
    return {{"schema", "larc.images/1"},
            {"study", study_.file.id},
            {"title", to_json(study_.file.title)},
            {"synthetic", study_.file.synthetic},
            {"larc", {{"version", version()}}},
            {"patients", patients_.size()},
            {"roles", roles()},
            {"open", open()},
            {"absent", absent()},
            {"quality", quality()},
            {"measures", measures()},
            {"limits", limits()},
            {"duplicates", pairs(duplicate_images(study_))},
            {"alike", pairs(alike_images(study_))},
            {"warnings", warnings()},
            {"series", series()}};
  }

 private:
  std::string centre_of(const std::string& patient) const {
    const auto found = centres_.find(patient);
    return found == centres_.end() ? "" : found->second;
  }
  Json placed(const Place& place) const {
    return {{"patient", place.first}, {"centre", centre_of(place.first)}, {"role", place.second}};
  }
  Json picture(const Place& place) const {
    const auto found = quality_.images.find(place);
    if (found == quality_.images.end()) return nullptr;
    return parse_json(study_.content.get(found->second.picture), "picture");
  }
  bool is_open(const Json& choice) const {
    return choice.at("state") == "ambiguous" || choice.at("state") == "time_unknown";
  }

  Json roles() const {
    Json list = Json::array();
    for (const auto& role : study_.file.images) {
      std::size_t present = 0, waiting = 0, doubtful = 0, excluded = 0, missing = 0;
      for (const auto& patient : patients_) {
        const Place place{patient, role.id};
        const auto choice = choices_.find(place);
        const bool here = images_.contains(place), open = choice != choices_.end() && is_open(choice->second);
        present += here ? 1 : 0;
        waiting += open && !here ? 1 : 0;
        missing += here || open ? 0 : 1;
        const auto judged = quality_.images.find(place);
        if (judged == quality_.images.end()) continue;
        if (!judged->second.used)
          ++excluded;
        else if (judged->second.verdict.decision != quality::Decision::ok && !judged->second.person)
          ++doubtful;
      }
      list.push_back({{"id", role.id},
                      {"label", to_json(role.label)},
                      {"present", present},
                      {"open", waiting},
                      {"doubtful", doubtful},
                      {"excluded", excluded},
                      {"missing", missing}});
    }
    return list;
  }

  Json open() const {
    Json list = Json::array();
    for (const auto& [place, choice] : choices_) {
      if (!is_open(choice)) continue;
      Json item = placed(place);
      item["label"] = to_json(label_of(study_.file, place.second));
      item["state"] = choice.at("state");
      item["why"] = choice.at("why");
      item["candidates"] = Json::array();
      for (Json candidate : choice.at("candidates")) {
        candidate["description"] = candidate.value("series_description", "");
        item["candidates"].push_back(std::move(candidate));
      }
      item["command"] = command(place, "--series '...'");
      item["command_none"] = command(place, "--series none");
      list.push_back(std::move(item));
    }
    return list;
  }

  /// Why a patient has no such image, where something is known of it.
  Json absent() const {
    Json list = Json::array();
    std::map<Place, std::string> failed;
    for (const auto& failure : failures(study_))
      if (const auto slash = failure.case_id.rfind('/'); failure.stage == "import" && slash != std::string::npos)
        failed[{failure.case_id.substr(0, slash), failure.case_id.substr(slash + 1)}] = failure.reason;
    for (const auto& patient : patients_)
      for (const auto& role : study_.file.images) {
        const Place place{patient, role.id};
        const auto choice = choices_.find(place);
        if (images_.contains(place) || (choice != choices_.end() && is_open(choice->second))) continue;
        Json item = placed(place);
        if (const auto reason = failed.find(place); reason != failed.end())
          item["why"] = to_json(Label{"not imported: " + reason->second, "未能导入：" + reason->second});
        else if (choice == choices_.end())
          continue;
        else if (item["why"] = choice->second.at("why"); item["why"].at("en") == "")
          item["why"] = to_json(Label{"no series fits", "没有符合的序列"});
        list.push_back(std::move(item));
      }
    return list;
  }

  bool needs_eye(const ImageQuality& item) const {
    return !item.used || item.verdict.decision != quality::Decision::ok || item.person;
  }

  /// Small pictures of images that need no eye, by place: first of patients of whom another image does, as many as a
  /// page may hold.
  std::map<Place, Json> good_pictures() const {
    std::set<std::string> looked_at;
    for (const auto& [place, item] : quality_.images)
      if (needs_eye(item)) looked_at.insert(place.first);
    for (const auto& [place, choice] : choices_)
      if (is_open(choice)) looked_at.insert(place.first);
    std::map<Place, Json> pictures;
    std::size_t size = 0;
    for (const bool first : {true, false})
      for (const auto& [place, item] : quality_.images) {
        if (needs_eye(item) || looked_at.contains(place.first) != first || size > kMostGoodPictures) continue;
        Json small = smaller_picture(picture(place));
        size += small.at("png").get_ref<const std::string&>().size();
        pictures[place] = std::move(small);
      }
    return pictures;
  }

  Json quality() const {
    Json list = Json::array();
    std::map<Place, Json> good = good_pictures();
    for (const auto& [place, item] : quality_.images) {
      Json one = placed(place);
      one["label"] = to_json(label_of(study_.file, place.second));
      one["verdict"] = to_string(item.verdict.decision);
      one["used"] = item.used;
      one["reasons"] = Json::array();
      for (const auto& reason : item.verdict.reasons)
        one["reasons"].push_back({{"id", reason.measure}, {"text", to_json(reason.text)}});
      one["picture"] = needs_eye(item) ? picture(place) : std::move(good[place]);
      one["measures"] = Json::array();
      const auto* limits = quality_.limits.of(place.second);
      for (const auto& measure : item.measures) {
        Json value{{"id", measure.id}, {"value", number_or_null(measure.value)}, {"reason", measure.reason}};
        if (limits != nullptr)
          for (const auto& limit : limits->measures)
            if (limit.id == measure.id) {
              const std::string side =
                  quality::measure_info(measure.id).worse == quality::Worse::high ? "upper" : "lower";
              value[side] = number_or_null(quality::bound_of(limit, quality::Decision::exclude));
              value["doubtful_" + side] = number_or_null(quality::bound_of(limit, quality::Decision::doubtful));
            }
        one["measures"].push_back(std::move(value));
      }
      one["commands"] = {{"keep", command(place, "--quality keep")}, {"exclude", command(place, "--quality exclude")}};
      one["decision"] = nullptr;
      if (item.person)
        one["decision"] = {{"value", item.person->value},
                           {"by", item.person->by},
                           {"reason", item.person->reason},
                           {"recorded_at", item.person->recorded_at}};
      list.push_back(std::move(one));
    }
    return list;
  }

  Json measures() const {
    Json list = Json::array();
    for (const auto& measure : quality::measure_table())
      list.push_back({{"id", measure.id},
                      {"label", to_json(measure.label)},
                      {"unit", measure.unit},
                      {"what", to_json(measure.meaning)}});
    return list;
  }

  Json limits() const {
    if (quality_.learned_from == 0) return nullptr;
    const auto& centres = study_.file.quality.development_centres;
    std::string names;
    for (const auto& centre : centres) names += (names.empty() ? "" : ", ") + centre;
    return {{"n", quality_.learned_from},
            {"learned_on", names.empty() ? to_json(Label{"all centres", "全部中心"})
                                         : to_json(Label{"development centres " + names, "开发中心 " + names})}};
  }

  Json pairs(const std::vector<DuplicateImages>& images) const {
    Json list = Json::array();
    for (const auto& pair : images)
      list.push_back({{"kind", to_string(pair.kind)},
                      {"similarity", pair.similarity},
                      {"first", placed(pair.first)},
                      {"second", placed(pair.second)},
                      {"same_patient", pair.first.first == pair.second.first},
                      {"pictures", {picture(pair.first), picture(pair.second)}}});
    return list;
  }

  Json warnings() const {
    Json list = Json::array();
    for (const auto& [place, choice] : choices_)
      for (const Json& warning : choice.value("warnings", Json::array())) {
        Json item = placed(place);
        item["text"] = warning;
        list.push_back(std::move(item));
      }
    for (const auto& [place, item] : quality_.images)
      for (const auto& check : item.checks)
        if (check.outcome == quality::Outcome::fail) {
          Json one = placed(place);
          one["text"] = to_json(Label{check.text.en + "; " + check.remedy.en, check.text.zh + "；" + check.remedy.zh});
          list.push_back(std::move(one));
        }
    return list;
  }

  Json series() const {
    Json list = Json::array();
    for (const auto& [place, document] : study_.intake.series()) {
      Json one = document;
      one["patient"] = place.first;
      one["centre"] = centre_of(place.first);
      one["series"] = place.second;
      one["description"] = document.value("series_description", "");
      list.push_back(std::move(one));
    }
    return list;
  }

  const Study& study_;
  std::map<Place, Json> choices_;
  QualityReport quality_;
  std::map<Place, clinical::ImageRecord> images_;
  std::vector<std::string> patients_;
  std::map<std::string, std::string> centres_;
};

}  // namespace

Json images_document(const Study& study) {
  return Writer(study).document();
}

}  // namespace larc::study
