// What the summary says about an endpoint: decided here, worded in i18n.
import type { Comparison, Endpoint, Kind, Model, Num } from "./study.ts";

/** Fewer than this many patients in the smaller outcome group (or events) is called few. Collins, Ogundimu and Altman 2016. */
export const kEnoughEvents = 100;
/** Above this, a leak is likelier than a discovery in this field. */
export const kTooGood = 0.9;

export type Verdict = {
  best: Model | null;
  compared: number;
  chance: "better" | "unclear" | "worse" | "unknown";
  clinical: "better" | "unclear" | "worse" | "highest" | "alone" | "none";
  comparison: Comparison | null;
  few: Num;
  too_good: boolean;
};

export function usable_models(endpoint: Endpoint): Model[] {
  return endpoint.models.filter((m) => m.refused === null && m.internal.value !== null);
}

/** The paired comparison a minus b, turned round when the document has it as b minus a. */
export function find_comparison(list: Comparison[], a: Kind, b: Kind): Comparison | null {
  const straight = list.find((c) => c.a === a && c.b === b);
  if (straight) return straight;
  const turned = list.find((c) => c.a === b && c.b === a);
  if (!turned) return null;
  const negate = (x: Num): Num => (x === null ? null : -x);
  return { a, b, difference: negate(turned.difference), lower: negate(turned.upper), upper: negate(turned.lower), p: turned.p };
}

/** Which side of zero the limits lie on. */
export function side(c: { lower: Num; upper: Num }): "better" | "unclear" | "worse" {
  if (c.lower !== null && c.lower > 0) return "better";
  if (c.upper !== null && c.upper < 0) return "worse";
  return "unclear";
}

function against_chance(m: Model): Verdict["chance"] {
  const { lower, upper } = m.internal;
  if (lower === null || upper === null) return "unknown";
  return side({ lower: lower - 0.5, upper: upper - 0.5 });
}

/** Events, or for yes/no outcomes the smaller of the two groups. */
export function effective_events(e: { type: Endpoint["type"]; n: Num; events: Num }): Num {
  if (e.events === null) return null;
  return e.type === "binary" && e.n !== null ? Math.min(e.events, e.n - e.events) : e.events;
}

export function judge(endpoint: Endpoint): Verdict {
  const models = usable_models(endpoint);
  const best = models.reduce<Model | null>(
    (top, m) => (top === null || (m.internal.value ?? -1) > (top.internal.value ?? -1) ? m : top), null);
  const events = effective_events(endpoint);
  const few = events !== null && events < kEnoughEvents ? events : null;
  if (best === null) {
    return { best, compared: 0, chance: "unknown", clinical: "none", comparison: null, few, too_good: false };
  }
  const comparison = best.kind === "clinical" ? null : find_comparison(endpoint.comparisons, best.kind, "clinical");
  const others = models.some((m) => m.kind !== "clinical");
  return {
    best,
    compared: models.length,
    chance: against_chance(best),
    clinical: best.kind === "clinical" ? (others ? "highest" : "alone") : comparison === null ? "none" : side(comparison),
    comparison,
    few,
    too_good: (best.internal.value ?? 0) > kTooGood,
  };
}
