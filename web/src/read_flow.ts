// From parsed JSON to a Flow: anything missing or of the wrong type becomes null or an empty list, so that no view has to ask twice.
import { kQueryKinds } from "./flow.ts";
import type { Flow, FlowEndpoint, Query, ReaderAgreement } from "./flow.ts";
import { list, num, obj, reason, str, text } from "./read_json.ts";
import type { Estimate } from "./study.ts";

function estimate(x: unknown): Estimate {
  const o = obj(x);
  return { value: num(o["value"]), lower: num(o["lower"]), upper: num(o["upper"]) };
}

function endpoint(x: unknown): FlowEndpoint {
  const o = obj(x);
  const id = str(o["id"]), type = o["type"];
  return {
    id, label: text(o["label"], id), type: type === "ordinal" || type === "survival" || type === "competing" ? type : "binary",
    primary: o["primary"] === true, modelled: o["modelled"] === true, known: num(o["known"]), unknown: num(o["unknown"]),
    contradictory: num(o["contradictory"]), not_at_risk: num(o["not_at_risk"]), positive: num(o["positive"]), competing: num(o["competing"]),
    levels: list(o["levels"]).map(obj).map((l) => ({ level: str(l["level"]), n: num(l["n"]) })),
    median_follow_up: o["median_follow_up"] ? estimate(o["median_follow_up"]) : null,
    missing: list(o["missing"]).map(obj).map((m) => ({ variable: str(m["variable"]), label: text(m["label"], str(m["variable"])), patients: num(m["patients"]) })),
    refused: reason(o["refused"]),
  };
}

function agreement(x: unknown): ReaderAgreement {
  const o = obj(x);
  const variable = str(o["variable"]), measure = o["measure"];
  return {
    variable, label: text(o["label"], variable), measure: measure === "weighted_kappa" || measure === "icc_2_1" ? measure : "kappa",
    estimate: estimate(o), n: num(o["n"]), equal: num(o["equal"]), without_consensus: num(o["without_consensus"]), reason: reason(o["reason"]),
  };
}

function query(x: unknown): Query {
  const o = obj(x);
  return {
    kind: kQueryKinds.find((k) => k === o["kind"]) ?? "check", patient: str(o["patient"]), centre: str(o["centre"]), item: str(o["item"]), text: text(o["text"]),
    remedy: text(o["remedy"]), source: str(o["source"]), row: num(o["row"]),
  };
}

/** Never throws; what the document lacks is null or empty. */
export function read_flow(json: unknown): Flow {
  const o = obj(json);
  const id = str(o["study"]);
  return {
    id, title: text(o["title"], id), synthetic: o["synthetic"] === true, version: str(obj(o["larc"])["version"]),
    criteria_version: str(o["criteria_version"]), data_cut: str(o["data_cut"]),
    patients: num(o["patients"]), eligible: num(o["eligible"]), excluded: num(o["excluded"]), unknown: num(o["unknown"]), waived: num(o["waived"]),
    criteria: list(o["criteria"]).map(obj).map((c) => ({
      id: str(c["id"]), text: text(c["text"], str(c["id"])), include: c["include"] !== false, excluded: num(c["excluded"]), unknown: num(c["unknown"]),
    })),
    centres: list(o["centres"]).map(obj).map((c) => ({
      id: str(c["id"]), patients: num(c["patients"]), eligible: num(c["eligible"]), excluded: num(c["excluded"]), unknown: num(c["unknown"]), waived: num(c["waived"]),
      criteria: list(c["criteria"]).map(obj).map((k) => ({ id: str(k["id"]), excluded: num(k["excluded"]), unknown: num(k["unknown"]) })),
    })),
    missing_fields: list(o["missing_fields"]).map(obj).map((f) => ({
      variable: str(f["variable"]), label: text(f["label"], str(f["variable"])), patients: num(f["patients"]), criteria: list(f["criteria"]).map(str),
    })),
    unknown_patients: list(o["unknown_patients"]).map(obj).map((p) => ({
      patient: str(p["patient"]), centre: str(p["centre"]),
      criteria: list(p["criteria"]).map(obj).map((c) => ({ id: str(c["id"]), missing: list(c["missing"]).map(str), reason: str(c["reason"]) })),
    })),
    waivers: list(o["waivers"]).map(obj).map((w) => ({
      patient: str(w["patient"]), centre: str(w["centre"]), criterion: str(w["criterion"]), reason: str(w["reason"]), by: str(w["by"]),
      recorded_at: str(w["recorded_at"]), used: w["used"] === true,
    })),
    endpoints: list(o["endpoints"]).map(endpoint),
    readers: list(o["readers"]).map(agreement),
    queries: list(o["queries"]).map(query),
  };
}
