// From parsed JSON to a Study: anything missing or of the wrong type becomes null or an empty list, so that no view has to ask twice.
import { read_flow } from "./read_flow.ts";
import { list, notes, num, obj, reason, str, text } from "./read_json.ts";
import { kAllKinds } from "./study.ts";
import type {
  Against, BestPossible, Comparison, Endpoint, Estimate, Harmonised, KaplanMeier, Kind, LeftOut, Metric, MissingImage, Model, SampleSize, Study, Summary, Variable,
} from "./study.ts";

function kind(x: unknown): Kind {
  return kAllKinds.find((k) => k === x) ?? "combined";
}

function metric(x: unknown): Metric {
  return x === "c_harrell" || x === "c_uno" ? x : "auc";
}

function estimate(x: unknown): Estimate {
  const o = obj(x);
  return { value: num(o["value"]), lower: num(o["lower"]), upper: num(o["upper"]) };
}

function kaplan_meier(x: unknown): KaplanMeier {
  const o = obj(x);
  const rows = list(o["time"]).map((t, i) => ({
    time: num(t),
    survival: num(list(o["survival"])[i]),
    lower: num(list(o["lower"])[i]),
    upper: num(list(o["upper"])[i]),
  }));
  const kept = rows.filter((r): r is typeof r & { time: number } => r.time !== null);
  return {
    time: kept.map((r) => r.time),
    survival: kept.map((r) => r.survival),
    lower: kept.map((r) => r.lower),
    upper: kept.map((r) => r.upper),
    at_risk: list(o["at_risk"]).map(obj).flatMap((r) => {
      const time = num(r["time"]);
      return time === null ? [] : [{ time, n: num(r["n"]) }];
    }),
    median: num(o["median"]),
    median_lower: num(o["median_lower"]),
    median_upper: num(o["median_upper"]),
  };
}

function summary(x: unknown): Summary {
  const o = obj(x);
  return {
    n: num(o["n"]),
    missing: num(o["missing"]),
    median: num(o["median"]),
    q1: num(o["q1"]),
    q3: num(o["q3"]),
    levels: list(o["levels"]).map(obj).map((l) => ({ level: str(l["level"]), n: num(l["n"]) })),
  };
}

/** The table of patients shows the baseline; a document that does not say when a value is known is taken as it is. */
function known_at_baseline(x: unknown): boolean {
  const from = str(obj(x)["available_from"]);
  return from === "" || from === "P0";
}

function variable(x: unknown): Variable {
  const o = obj(x);
  const id = str(o["id"]);
  return {
    id,
    label: text(o["label"], id),
    unit: str(o["unit"]),
    type: o["type"] === "categorical" ? "categorical" : "numeric",
    overall: summary(o["overall"]),
    by_centre: list(o["by_centre"]).map(obj).map((c) => ({ centre: str(c["centre"]), summary: summary(c["summary"]) })),
  };
}

function measured(x: unknown): Estimate & { metric: Metric } {
  return { metric: metric(obj(x)["metric"]), ...estimate(x) };
}

function sample_size(x: unknown): SampleSize {
  const o = obj(x);
  return {
    parameters: num(o["parameters"]), events_per_parameter: num(o["events_per_parameter"]), minimum_n: num(o["minimum_n"]), n: num(o["n"]),
    assumed_r2: num(o["assumed_nagelkerke_r2"]), enough: typeof o["enough"] === "boolean" ? o["enough"] : null,
  };
}

function missing_image(x: unknown): MissingImage {
  const o = obj(x);
  return {
    without: str(o["without"]), value: estimate(o),
    difference: { value: num(o["difference"]), lower: num(o["difference_lower"]), upper: num(o["difference_upper"]) },
  };
}

function model(x: unknown): Model {
  const o = obj(x);
  const permutation = obj(o["permutation"]);
  return {
    id: str(o["id"]),
    kind: kind(o["kind"]),
    n: num(o["n"]),
    events: num(o["events"]),
    refused: reason(o["refused"]),
    internal: measured(o["internal"]),
    pooled: estimate(o["pooled"]),
    c_uno: o["c_uno"] ? estimate(o["c_uno"]) : null,
    brier: num(o["brier"]),
    calibration_slope: num(o["calibration_slope"]),
    calibration_intercept: num(o["calibration_intercept"]),
    calibration_in_the_large: num(o["calibration_in_the_large"]),
    permutation: o["permutation"]
      ? { p: num(permutation["p"]), n: num(permutation["n"]), kind: str(permutation["kind"]) }
      : null,
    roc: list(o["roc"]).map(obj).flatMap((r) => {
      const fpr = num(r["fpr"]), tpr = num(r["tpr"]);
      return fpr === null || tpr === null ? [] : [{ fpr, tpr }];
    }),
    calibration: list(o["calibration"]).map(obj).flatMap((r) => {
      const predicted = num(r["predicted"]);
      if (predicted === null) return [];
      return [{ predicted, observed: num(r["observed"]), lower: num(r["lower"]), upper: num(r["upper"]), n: num(r["n"]) }];
    }),
    predicted_histogram: list(o["predicted_histogram"]).map(obj).flatMap((r) => {
      const lower = num(r["lower"]), upper = num(r["upper"]), n = num(r["n"]);
      return lower === null || upper === null || n === null ? [] : [{ lower, upper, n }];
    }),
    risk_groups: list(o["risk_groups"]).map(obj).map((g) => ({
      name: str(g["name"]), n: num(g["n"]), events: num(g["events"]), km: kaplan_meier(g["km"]),
    })),
    logrank_p: num(o["logrank_p"]),
    missing_images: list(o["missing_images"]).map(missing_image),
    stability: list(o["stability"]).map(obj).map((f) => ({
      feature: str(f["feature"]),
      label: text(f["label"], str(f["feature"])),
      group: str(f["group"]),
      selected_fraction: num(f["selected_fraction"]),
      mean_coefficient: num(f["mean_coefficient"]),
    })),
    sample_size: o["sample_size"] ? sample_size(o["sample_size"]) : null,
    notes: notes(o["notes"]),
  };
}

function comparison(x: unknown): Comparison {
  const o = obj(x);
  return {
    a: kind(o["a"]), b: kind(o["b"]), difference: num(o["difference"]), lower: num(o["lower"]), upper: num(o["upper"]), p: num(o["p"]),
  };
}

function against(x: unknown): Against {
  const o = obj(x), verdict = o["verdict"];
  return {
    ...comparison({ ...o, a: o["model"], b: o["baseline"] }), a_value: num(o["model_value"]), b_value: num(o["baseline_value"]),
    verdict: verdict === "better" || verdict === "not_shown" || verdict === "as_good" ? verdict : "undefined",
  };
}

function harmonised(x: unknown): Harmonised {
  const o = obj(x), { difference, lower, upper, p } = comparison(o);
  return { kind: kind(o["kind"]), with: estimate(o["with"]), without: estimate(o["without"]), difference, lower, upper, p, refused: reason(o["refused"]) };
}

function left_out(x: unknown): LeftOut {
  const o = obj(x);
  return {
    centres: list(o["centres"]).map(obj).map((c) => ({ id: str(c["id"]), n: num(c["n"]), events: num(c["events"]) })),
    without_centre: num(o["without_centre"]),
    models: list(o["models"]).map(obj).map((m) => ({
      kind: kind(m["kind"]), harmonised: m["harmonised"] === true, refused: reason(m["refused"]), overall: measured(m),
      centres: list(m["centres"]).map(obj).map((c) => ({ centre: str(c["centre"]), estimate: estimate(c), note: reason(c["note"]) })),
      notes: notes(m["notes"]),
    })).sort((a, b) => kAllKinds.indexOf(a.kind) - kAllKinds.indexOf(b.kind) || Number(a.harmonised) - Number(b.harmonised)),
    against: list(o["against_baselines"]).map(against),
    harmonisation: list(o["harmonisation"]).map(harmonised),
  };
}

function best_possible(x: unknown): BestPossible | null {
  if (!x) return null;
  const o = obj(x);
  return {
    metric: metric(o["metric"]),
    value: num(o["value"]),
    reached: list(o["reached"]).map(obj).map((r) => ({ kind: kind(r["kind"]), fraction: num(r["fraction"]) }))
      .sort((a, b) => kAllKinds.indexOf(a.kind) - kAllKinds.indexOf(b.kind)),
  };
}

function endpoint(x: unknown): Endpoint {
  const o = obj(x);
  const id = str(o["id"]);
  return {
    id,
    label: text(o["label"], id),
    type: o["type"] === "survival" ? "survival" : "binary",
    at: str(o["at"]),
    n: num(o["n"]),
    events: num(o["events"]),
    unknown: num(o["unknown"]),
    contradictory: num(o["contradictory"]),
    not_at_risk: num(o["not_at_risk"]),
    competing: num(o["competing"]),
    prevalence: num(o["prevalence"]),
    refused: reason(o["refused"]),
    primary: o["primary"] === true,
    overall_km: o["overall_km"] ? kaplan_meier(o["overall_km"]) : null,
    models: list(o["models"]).map(model).sort((a, b) => kAllKinds.indexOf(a.kind) - kAllKinds.indexOf(b.kind)),
    comparisons: list(o["comparisons"]).map(comparison),
    baselines: list(o["baselines"]).map(obj).map((b) => ({ kind: kind(b["kind"]), refused: reason(b["refused"]), internal: measured(b["internal"]) })),
    against_baselines: list(o["against_baselines"]).map(against),
    harmonisation: list(obj(o["harmonisation"])["internal"]).map(harmonised),
    leave_one_centre_out: o["leave_one_centre_out"] ? left_out(o["leave_one_centre_out"]) : null,
    suspects: list(o["suspects"]).map(obj).map((s) => ({
      column: str(s["column"]), label: text(s["label"], str(s["column"])), reason: text(s["reason"]), gives_outcome_away: s["gives_outcome_away"] === true,
    })),
    robustness: o["robustness"] ? {
      measured: num(obj(o["robustness"])["measured"]),
      dropped: list(obj(o["robustness"])["dropped"]).map(obj).map((f) => ({
        feature: str(f["feature"]), label: text(f["label"], str(f["feature"])), dropped_fraction: num(f["dropped_fraction"]), icc: num(f["icc"]),
        minimum_icc: num(f["minimum_icc"]),
      })),
    } : null,
    best_possible: best_possible(o["best_possible"]),
  };
}

/** Reads a study document. Throws only when the input is not a JSON object of schema `larc.study/1`. */
export function read_study(json: unknown): Study {
  const o = obj(json);
  const schema = str(o["schema"]);
  if (!schema.startsWith("larc.study/1")) {
    throw new Error(`this page reads the schema larc.study/1, the document says "${schema}"; write the report again with this version of larc`);
  }
  const s = obj(o["study"]), p = obj(o["provenance"]), c = obj(o["cohort"]), cases = obj(o["cases"]);
  const id = str(s["id"]);
  return {
    schema,
    study: {
      id,
      title: text(s["title"], id),
      synthetic: s["synthetic"] === true,
      primary_endpoint: str(s["primary_endpoint"]),
      description: text(s["description"]),
    },
    provenance: {
      larc: { version: str(obj(p["larc"])["version"]), commit: str(obj(p["larc"])["commit"]) },
      libraries: Object.entries(obj(p["libraries"])).map(([name, version]) => ({ name, version: str(version) })),
      seed: num(p["seed"]),
      protocol_hash: str(p["protocol_hash"]),
      data_hash: str(p["data_hash"]),
      settings: p["settings"] ?? null,
    },
    cohort: {
      patients: num(c["patients"]),
      imaged: num(c["imaged"]),
      eligible: num(c["eligible"]),
      extracted: num(c["extracted"]),
      centres: list(c["centres"]).map(obj).map((x) => ({ id: str(x["id"]), patients: num(x["patients"]) })),
      variables: list(c["variables"]).filter(known_at_baseline).map(variable),
      flow: c["flow"] ? read_flow(c["flow"]) : null,
    },
    cases: {
      done: num(cases["done"]),
      failed: list(cases["failed"]).map(obj).map((f) => ({ case: str(f["case"]), stage: str(f["stage"]), reason: text(f["reason"]) })),
    },
    endpoints: list(o["endpoints"]).map(endpoint),
    thumbnails: list(o["thumbnails"]).map(obj).map((t) => ({
      patient: str(t["patient"]), centre: str(t["centre"]), role: str(t["role"]), png: str(t["png"]),
      width: num(t["width"]), height: num(t["height"]), volume_ml: num(t["volume_ml"]),
    })),
    notes: notes(o["notes"]),
  };
}
