// From parsed JSON to Images: anything missing or of the wrong type becomes null, "" or an empty list, so that no view has to ask twice.
import { kTimes } from "./images.ts";
import type { Candidate, Duplicate, ImageDecision, ImagePlace, ImageQuality, Images, OpenChoice, Picture, Series, SeriesFacts } from "./images.ts";
import { list, num, obj, reason, str, text } from "./read_json.ts";

function picture(x: unknown): Picture | null {
  const o = obj(x);
  const png = str(o["png"]);
  return png === "" ? null : { png, width: num(o["width"]), height: num(o["height"]) };
}

function facts(x: unknown): SeriesFacts {
  const o = obj(x);
  return {
    description: str(o["description"]), sequence: str(o["sequence"]), orientation: str(o["orientation"]), date: str(o["date"]), slices: num(o["slices"]),
    in_plane_mm: num(o["in_plane_mm"]), slice_mm: num(o["slice_mm"]), b_value: num(o["b_value"]),
  };
}

function candidate(x: unknown): Candidate {
  const o = obj(x);
  return { ...facts(o), series: str(o["series"]), picture: picture(o["picture"]) };
}

function open_choice(x: unknown): OpenChoice {
  const o = obj(x);
  const role = str(o["role"]);
  return {
    patient: str(o["patient"]), centre: str(o["centre"]), role, label: text(o["label"], role), state: o["state"] === "time_unknown" ? "time_unknown" : "ambiguous",
    why: text(o["why"]), candidates: list(o["candidates"]).map(candidate), command: str(o["command"]),
    command_none: str(o["command_none"]),
  };
}

function decision(x: unknown): ImageDecision | null {
  const o = obj(x);
  const value = o["value"];
  if (value !== "keep" && value !== "exclude") return null;
  return { value, by: str(o["by"]), reason: str(o["reason"]), recorded_at: str(o["recorded_at"]) };
}

function quality(x: unknown): ImageQuality {
  const o = obj(x);
  const role = str(o["role"]), verdict = o["verdict"];
  return {
    patient: str(o["patient"]), centre: str(o["centre"]), role, label: text(o["label"], role),
    // A verdict that this page does not know is looked at rather than passed over.
    verdict: verdict === "ok" || verdict === "exclude" ? verdict : "doubtful",
    used: typeof o["used"] === "boolean" ? o["used"] : null,
    reasons: list(o["reasons"]).map(obj).map((r) => ({ id: str(r["id"]), text: text(r["text"], str(r["id"])) })),
    picture: picture(o["picture"]),
    measures: list(o["measures"]).map(obj).map((m) => ({
      id: str(m["id"]), value: num(m["value"]), reason: reason(m["reason"]), lower: num(m["lower"]), upper: num(m["upper"]),
      doubtful_lower: num(m["doubtful_lower"]), doubtful_upper: num(m["doubtful_upper"]),
    })),
    decision: decision(o["decision"]),
    commands: { keep: str(obj(o["commands"])["keep"]), exclude: str(obj(o["commands"])["exclude"]) },
  };
}

function place(x: unknown): ImagePlace {
  const o = obj(x);
  return { patient: str(o["patient"]), centre: str(o["centre"]), role: str(o["role"]) };
}

function duplicate(x: unknown): Duplicate {
  const o = obj(x);
  const first = place(o["first"]), second = place(o["second"]), pictures = list(o["pictures"]);
  return {
    kind: o["kind"] === "exact" || o["kind"] === "alike" ? o["kind"] : "near", similarity: num(o["similarity"]), first, second,
    same_patient: typeof o["same_patient"] === "boolean" ? o["same_patient"] : first.patient !== "" && first.patient === second.patient,
    pictures: [picture(pictures[0]), picture(pictures[1])],
  };
}

function series(x: unknown): Series {
  const o = obj(x);
  return {
    ...facts(o), patient: str(o["patient"]), centre: str(o["centre"]), series: str(o["series"]), time: kTimes.find((t) => t === o["time"]) ?? "unknown",
    role: str(o["role"]),
  };
}

/** Never throws; what the document lacks is null or empty. */
export function read_images(json: unknown): Images {
  const o = obj(json);
  const id = str(o["study"]), limits = obj(o["limits"]);
  return {
    id, title: text(o["title"], id), synthetic: o["synthetic"] === true, version: str(obj(o["larc"])["version"]), patients: num(o["patients"]),
    roles: list(o["roles"]).map(obj).map((r) => ({
      id: str(r["id"]), label: text(r["label"], str(r["id"])), present: num(r["present"]), open: num(r["open"]), doubtful: num(r["doubtful"]),
      excluded: num(r["excluded"]), missing: num(r["missing"]),
    })),
    open: list(o["open"]).map(open_choice),
    quality: list(o["quality"]).map(quality),
    measures: list(o["measures"]).map(obj).map((m) => ({
      id: str(m["id"]), label: text(m["label"], str(m["id"])), unit: str(m["unit"]), what: text(m["what"]),
    })),
    limits: o["limits"] ? { learned_on: text(limits["learned_on"]), n: num(limits["n"]) } : null,
    duplicates: list(o["duplicates"]).map(duplicate),
    alike: list(o["alike"]).map(duplicate),
    absent: list(o["absent"]).map((x) => ({ ...place(x), why: text(obj(x)["why"]) })),
    warnings: list(o["warnings"]).map(obj).map((w) => ({ patient: str(w["patient"]), role: str(w["role"]), series: str(w["series"]), text: text(w["text"]) })),
    series: list(o["series"]).map(series),
  };
}
