#include "io/dicom/clean_item.h"

#include "core/number.h"
#include "core/text.h"
#include "io/dicom/clean_value.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

namespace {

using Element = std::unique_ptr<DcmElement>;

/// Attributes whose words name people and places, beside all that hold a person's name.
bool names_somebody(const DcmTagKey& tag, const ProfileOptions& options) {
  static const std::set<DcmTagKey> kAlways{DCM_PatientID,
                                           DCM_IssuerOfPatientID,
                                           DCM_RETIRED_OtherPatientIDs,
                                           DCM_AccessionNumber,
                                           DCM_StudyID,
                                           DCM_InstitutionName,
                                           DCM_InstitutionAddress,
                                           DCM_PatientAddress,
                                           DCM_PatientTelephoneNumbers,
                                           DcmTagKey(0x0010, 0x1090),
                                           DCM_AdmissionID,
                                           DCM_InstitutionalDepartmentName,
                                           DCM_PatientBirthDate,
                                           DCM_RequestedProcedureID,
                                           DCM_ScheduledProcedureStepID,
                                           DCM_PerformedProcedureStepID,
                                           DCM_FillerOrderNumberImagingServiceRequest,
                                           DCM_PlacerOrderNumberImagingServiceRequest,
                                           DCM_MilitaryRank};
  static const std::set<DcmTagKey> kDevice{DCM_StationName, DCM_DeviceSerialNumber};
  return kAlways.contains(tag) || (!options.device_identity && kDevice.contains(tag));
}

bool dropped_group(std::uint16_t group) {
  // group lengths and directories have no meaning here; curves and overlays can be drawn text (PS3.15 E.3.3)
  return group < 0x0008 || (group >= 0x5000 && group <= 0x50ff) || (group >= 0x6000 && group <= 0x60ff) ||
         group >= 0xfffa;
}

/// Bytes that are numbers of an image, not text: pixels, lookup tables, surfaces, spectra.
bool numeric_bulk(const DcmTagKey& tag) {
  static const std::set<DcmTagKey> kKept{DCM_PixelData,
                                         DCM_FloatPixelData,
                                         DCM_DoubleFloatPixelData,
                                         DCM_LUTData,
                                         DCM_RedPaletteColorLookupTableData,
                                         DCM_GreenPaletteColorLookupTableData,
                                         DCM_BluePaletteColorLookupTableData,
                                         DCM_SegmentedRedPaletteColorLookupTableData,
                                         DCM_SegmentedGreenPaletteColorLookupTableData,
                                         DCM_SegmentedBluePaletteColorLookupTableData,
                                         DCM_SpectroscopyData,
                                         DCM_VectorGridData,
                                         DCM_PointCoordinatesData,
                                         DCM_RETIRED_TrianglePointIndexList,
                                         DCM_LongTrianglePointIndexList,
                                         DCM_LongPrimitivePointIndexList};
  return kKept.contains(tag);
}

class Cleaner {
 public:
  Cleaner(DcmItem& item, Cleaning& cleaning, bool strict)
      : cleaning_(cleaning), values_(cleaning, strict), strict_(strict), coded_(values_.coding_of(item)) {}

  /// The element as it may stay, or nothing.
  Element cleaned(Element element) {
    const DcmTag tag = element->getTag();
    if (tag.getElement() == 0 || dropped_group(tag.getGroup())) return nullptr;
    if (tag.getGroup() % 2 == 1) return cleaned_private(std::move(element));
    const auto rule = profile_rule(tag.getGroup(), tag.getElement(), cleaning_.options);
    if (!rule) return unlisted(std::move(element));
    return by_rule(std::move(element), *rule);
  }

  /// Blocks of private attributes that something stayed of.
  const std::set<std::uint32_t>& used_blocks() const { return used_blocks_; }
  void know_creator(std::uint32_t block, std::string creator) { creators_[block] = std::move(creator); }

 private:
  static bool is_sequence(const DcmElement& element) { return element.ident() == EVR_SQ; }

  Element cleaned_sequence(Element element, bool strict) {
    auto* sequence = dynamic_cast<DcmSequenceOfItems*>(element.get());
    if (sequence == nullptr) return nullptr;
    for (DcmObject* item = sequence->nextInContainer(nullptr); item != nullptr; item = sequence->nextInContainer(item))
      clean_item(*static_cast<DcmItem*>(item), cleaning_, strict || strict_);
    return element;
  }

  Element emptied(const DcmElement& element) {
    if (is_sequence(element)) return std::make_unique<DcmSequenceOfItems>(element.getTag());
    return values_.empty(element.getTag());
  }

  Element by_rule(Element element, const ProfileRule& rule) {
    const bool sequence = is_sequence(*element);
    switch (sequence && rule.action != Action::clean && rule.action != Action::keep ? rule.leanest : rule.action) {
      case Action::remove:
        // X/Z/U: references to images stay, with new UIDs
        return sequence && rule.action == Action::new_uid ? cleaned_sequence(std::move(element), false) : nullptr;
      case Action::empty:
        return emptied(*element);
      case Action::dummy:
        if (!sequence) return values_.dummy(element->getTag());
        return cleaned_sequence(std::move(element), true);
      case Action::new_uid:
        return sequence ? cleaned_sequence(std::move(element), false) : values_.cleaned(std::move(element));
      case Action::keep:
        return sequence ? cleaned_sequence(std::move(element), false) : values_.kept(std::move(element));
      case Action::clean:
        if (sequence) return cleaned_sequence(std::move(element), false);
        break;
    }
    const DcmTag tag = element->getTag();
    const bool was_empty = element->getLength() == 0;
    Element clean = values_.cleaned(std::move(element));
    if (clean && (was_empty || clean->getLength() > 0)) return clean;
    // nothing harmless in it: what the basic profile says
    if (rule.leanest == Action::dummy) return values_.dummy(tag);
    return rule.leanest == Action::empty ? values_.empty(tag) : nullptr;
  }

  Element unlisted(Element element) {
    const DcmTag tag = element->getTag();
    if (!is_standard(tag)) return nullptr;
    if (is_sequence(*element)) return cleaned_sequence(std::move(element), false);
    if (numeric_bulk(tag)) return element;
    const auto text = standard_text(tag.getGroup(), tag.getElement());
    if (!text || strict_) return values_.cleaned(std::move(element));
    switch (*text) {
      case TextAction::keep:
        return values_.kept(std::move(element));
      case TextAction::code:
        return coded_ ? values_.kept(std::move(element)) : values_.label(std::move(element));
      case TextAction::label:
        return values_.label(std::move(element));
      case TextAction::identifier:
        return values_.identifier(std::move(element));
      case TextAction::clean:
        break;
    }
    return values_.cleaned(std::move(element));
  }

  Element cleaned_private(Element element) {
    const DcmTag tag = element->getTag();
    if (!cleaning_.options.safe_private || strict_ || tag.getElement() < 0x1000) return nullptr;
    const std::uint32_t block = (std::uint32_t{tag.getGroup()} << 8) | (tag.getElement() >> 8);
    const auto creator = creators_.find(block);
    if (creator == creators_.end()) return nullptr;
    const std::string vr =
        safe_private_vr(creator->second, tag.getGroup(), static_cast<std::uint8_t>(tag.getElement() & 0xff));
    if (vr.empty()) return nullptr;
    Element clean;
    if (vr == "SQ")
      clean = is_sequence(*element) ? cleaned_sequence(std::move(element), false) : nullptr;
    else if (!is_sequence(*element))
      clean = values_.of_vr(std::move(element), DcmTag(tag.getXTag(), DcmVR(vr.c_str())));
    if (clean) used_blocks_.insert(block);
    return clean;
  }

  Cleaning& cleaning_;
  ValueCleaner values_;
  bool strict_;
  bool coded_;
  std::map<std::uint32_t, std::string> creators_;
  std::set<std::uint32_t> used_blocks_;
};

bool is_creator(const DcmTagKey& tag) {
  return tag.getGroup() % 2 == 1 && tag.getElement() >= 0x10 && tag.getElement() <= 0xff;
}
std::uint32_t block_of_creator(const DcmTagKey& tag) {
  return (std::uint32_t{tag.getGroup()} << 8) | tag.getElement();
}

}  // namespace

void gather_identity(DcmItem& item, const ProfileOptions& options, IdentityWords& identity) {
  for (DcmObject* object = item.nextInContainer(nullptr); object != nullptr; object = item.nextInContainer(object)) {
    if (auto* sequence = dynamic_cast<DcmSequenceOfItems*>(object); sequence != nullptr) {
      for (DcmObject* child = sequence->nextInContainer(nullptr); child != nullptr;
           child = sequence->nextInContainer(child))
        if (auto* inner = dynamic_cast<DcmItem*>(child); inner != nullptr) gather_identity(*inner, options, identity);
      continue;
    }
    auto* element = dynamic_cast<DcmElement*>(object);
    if (element == nullptr) continue;
    const DcmTag tag = element->getTag();
    const bool person = element->ident() == EVR_PN || DcmTag(tag.getXTag()).getEVR() == EVR_PN;
    if (!person && !names_somebody(tag, options)) continue;
    const std::string text = raw_text(*element);
    if (person)
      identity.add_person(text);
    else
      identity.add(text);
  }
}

void clean_item(DcmItem& item, Cleaning& cleaning, bool strict) {
  Cleaner cleaner(item, cleaning, strict);
  std::vector<Element> elements;
  while (item.card() > 0) {
    Element element(item.remove(0UL));
    if (!element) break;
    elements.push_back(std::move(element));
  }
  std::map<std::uint32_t, Element> creators;
  for (Element& element : elements) {
    const DcmTag tag = element->getTag();
    if (!is_creator(tag)) continue;
    const std::string creator(trim(raw_text(*element)));
    cleaner.know_creator(block_of_creator(tag), creator);
    if (!is_plain(creator, 64)) continue;
    Element written = std::make_unique<DcmLongString>(DcmTag(tag.getXTag(), EVR_LO));
    if (written->putString(creator.c_str()).good()) creators[block_of_creator(tag)] = std::move(written);
  }
  std::vector<Element> kept;
  for (Element& element : elements) {
    if (is_creator(element->getTag())) continue;
    if (Element clean = cleaner.cleaned(std::move(element)); clean) kept.push_back(std::move(clean));
  }
  for (const std::uint32_t block : cleaner.used_blocks())
    if (const auto creator = creators.find(block); creator != creators.end())
      kept.push_back(std::move(creator->second));
  std::stable_sort(kept.begin(), kept.end(), [](const Element& a, const Element& b) {
    return static_cast<const DcmTagKey&>(a->getTag()) < static_cast<const DcmTagKey&>(b->getTag());
  });
  for (Element& element : kept)
    if (item.insert(element.get()).good()) element.release();
}

}  // namespace larc::io::dicom
