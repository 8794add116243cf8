// The document `larc.images/1` as the page sees it: read_images() makes one of these from whatever JSON it is given.
import type { Num, Text } from "./study.ts";

export type Picture = { png: string; width: Num; height: Num };

/** Patients per role. `present` counts every image that was chosen, the doubtful and excluded ones too. */
export type ImageRole = { id: string; label: Text; present: Num; open: Num; doubtful: Num; excluded: Num; missing: Num };

/** What tells one series from another, as a radiologist would name it. */
export type SeriesFacts = {
  description: string;
  sequence: string;
  orientation: string;
  date: string;
  slices: Num;
  in_plane_mm: Num;
  slice_mm: Num;
  b_value: Num;
};

export type Candidate = SeriesFacts & { series: string; picture: Picture | null };

/** `command` holds '...' where the key of the chosen series belongs; `command_none` says that none fits. */
export type OpenChoice = {
  patient: string;
  centre: string;
  role: string;
  label: Text;
  state: "ambiguous" | "time_unknown";
  why: Text;
  candidates: Candidate[];
  command: string;
  command_none: string;
};

/** An image is excluded beyond `lower` or `upper`, doubtful beyond the other two. */
export type ImageMeasure = { id: string; value: Num; reason: Text | null; lower: Num; upper: Num; doubtful_lower: Num; doubtful_upper: Num };
export type ImageDecision = { value: "keep" | "exclude"; by: string; reason: string; recorded_at: string };

export type ImageQuality = {
  patient: string;
  centre: string;
  role: string;
  label: Text;
  verdict: "ok" | "doubtful" | "exclude";
  used: boolean | null;
  reasons: { id: string; text: Text }[];
  picture: Picture | null;
  measures: ImageMeasure[];
  decision: ImageDecision | null;
  /** That record a person's decision; "" where the document gives none. */
  commands: { keep: string; exclude: string };
};

export type MeasureInfo = { id: string; label: Text; unit: string; what: Text };

export type ImagePlace = { patient: string; centre: string; role: string };
/** Why a patient has no image of a kind. */
export type AbsentImage = ImagePlace & { why: Text };
/** `alike`: no duplicate, but as alike as two examinations of one patient. */
export type Duplicate = {
  kind: "exact" | "near" | "alike";
  similarity: Num;
  first: ImagePlace;
  second: ImagePlace;
  same_patient: boolean;
  pictures: [Picture | null, Picture | null];
};

export type ImageWarning = { patient: string; role: string; series: string; text: Text };

export const kTimes = ["before_therapy", "after_therapy", "other", "unknown"] as const;
export type SeriesTime = (typeof kTimes)[number];
export type Series = SeriesFacts & { patient: string; centre: string; series: string; time: SeriesTime; role: string };

export type Images = {
  id: string;
  title: Text;
  synthetic: boolean;
  version: string;
  patients: Num;
  roles: ImageRole[];
  open: OpenChoice[];
  quality: ImageQuality[];
  measures: MeasureInfo[];
  limits: { learned_on: Text; n: Num } | null;
  duplicates: Duplicate[];
  alike: Duplicate[];
  absent: AbsentImage[];
  warnings: ImageWarning[];
  series: Series[];
};

/** What stands in the end: a person's decision goes before the verdict of the measures. */
export const kStatuses = ["doubtful", "excluded", "kept", "ok"] as const;
export type Status = (typeof kStatuses)[number];

export function status_of(image: ImageQuality): Status {
  if (image.decision) return image.decision.value === "exclude" ? "excluded" : image.verdict === "ok" ? "ok" : "kept";
  return image.verdict === "exclude" ? "excluded" : image.verdict;
}

/** Chosen images that are neither doubtful nor excluded. */
export function without_objection(role: ImageRole): Num {
  if (role.present === null) return null;
  return Math.max(0, role.present - (role.doubtful ?? 0) - (role.excluded ?? 0));
}

/** What one measure alone says of an image. */
export function level_of(m: ImageMeasure): "ok" | "doubtful" | "exclude" {
  const { value } = m;
  const out = (lower: Num, upper: Num) => value !== null && ((lower !== null && value < lower) || (upper !== null && value > upper));
  return out(m.lower, m.upper) ? "exclude" : out(m.doubtful_lower, m.doubtful_upper) ? "doubtful" : "ok";
}

export const beyond = (m: ImageMeasure) => level_of(m) !== "ok";
