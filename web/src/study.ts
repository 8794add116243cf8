// The study document `larc.study/1` as the page sees it: read_study() makes one of these from whatever JSON it is given.

import type { Flow } from "./flow.ts";

/** A number that may be undefined; the reason is in the nearest `notes`. */
export type Num = number | null;
export type Text = { en: string; zh: string };

export const kKinds = ["clinical", "radiomics", "deep", "combined"] as const;
/** What a model that looks at images is held against. */
export const kBaselines = ["volume", "random", "clinical+radiomics"] as const;
export type Kind = (typeof kKinds)[number] | (typeof kBaselines)[number];
export const kAllKinds: readonly Kind[] = [...kKinds, ...kBaselines];

export type RiskName = "low" | "medium" | "high";
export type Metric = "auc" | "c_harrell" | "c_uno";

/** A value with its 95% limits. */
export type Estimate = { value: Num; lower: Num; upper: Num };

/** Kaplan-Meier step function; time in months, survival 0-1. */
export type KaplanMeier = {
  time: number[];
  survival: Num[];
  lower: Num[];
  upper: Num[];
  at_risk: { time: number; n: Num }[];
  median: Num;
  median_lower: Num;
  median_upper: Num;
};

export type Summary = {
  n: Num;
  missing: Num;
  median: Num;
  q1: Num;
  q3: Num;
  levels: { level: string; n: Num }[];
};

export type Variable = {
  id: string;
  label: Text;
  unit: string;
  type: "numeric" | "categorical";
  overall: Summary;
  by_centre: { centre: string; summary: Summary }[];
};

export type RocPoint = { fpr: number; tpr: number };
export type CalibrationBin = { predicted: number; observed: Num; lower: Num; upper: Num; n: Num };
export type HistogramBin = { lower: number; upper: number; n: number };
export type RiskGroup = { name: string; n: Num; events: Num; km: KaplanMeier };

export type StableFeature = {
  feature: string;
  label: Text;
  group: string;
  selected_fraction: Num;
  mean_coefficient: Num;
};

/** Whether there are patients enough for a model's candidate parameters; Riley's criteria at an assumed Nagelkerke R2. */
export type SampleSize = {
  parameters: Num;
  events_per_parameter: Num;
  minimum_n: Num;
  n: Num;
  assumed_r2: Num;
  enough: boolean | null;
};

export type Model = {
  id: string;
  kind: Kind;
  n: Num;
  events: Num;
  refused: Text | null;
  internal: Estimate & { metric: Metric };
  /** Over all pairs of patients, whichever fold predicted them; the area under `roc`. */
  pooled: Estimate;
  c_uno: Estimate | null;
  brier: Num;
  calibration_slope: Num;
  calibration_intercept: Num;
  calibration_in_the_large: Num;
  permutation: { p: Num; n: Num; kind: string } | null;
  roc: RocPoint[];
  calibration: CalibrationBin[];
  predicted_histogram: HistogramBin[];
  risk_groups: RiskGroup[];
  logrank_p: Num;
  stability: StableFeature[];
  sample_size: SampleSize | null;
  /** What a network reaches where a sequence or an examination is missing; `difference` is against all images. */
  missing_images: MissingImage[];
  notes: Text[];
};

export type MissingImage = { without: string; value: Estimate; difference: Estimate };

/** Paired difference, model a minus model b, on the same patients. */
export type Comparison = Omit<Estimate, "value"> & { a: Kind; b: Kind; difference: Num; p: Num };

export type Baseline = { kind: Kind; refused: Text | null; internal: Estimate & { metric: Metric } };

/** A model (a) beside a baseline (b) on the same folds. */
export type Against = Comparison & { verdict: "better" | "not_shown" | "as_good" | "undefined"; a_value: Num; b_value: Num };

/** A model with its features harmonised by centre minus the same model without. */
export type Harmonised = Omit<Comparison, "a" | "b"> & { kind: Kind; with: Estimate; without: Estimate; refused: Text | null };

/** A model over centres that were left out of its training in turn. */
export type LeftOutModel = {
  kind: Kind;
  harmonised: boolean;
  refused: Text | null;
  overall: Estimate & { metric: Metric };
  centres: { centre: string; estimate: Estimate; note: Text | null }[];
  notes: Text[];
};

export type LeftOut = {
  centres: { id: string; n: Num; events: Num }[];
  without_centre: Num;
  models: LeftOutModel[];
  against: Against[];
  harmonisation: Harmonised[];
};

/** A clinical predictor that deserves a look before any figure. */
export type Suspect = { column: string; label: Text; reason: Text; gives_outcome_away: boolean };

/** A feature that was dropped in training folds because it does not bear perturbation. */
export type FragileFeature = { feature: string; label: Text; dropped_fraction: Num; icc: Num; minimum_icc: Num };

export type BestPossible = { metric: Metric; value: Num; reached: { kind: Kind; fraction: Num }[] };

export type Endpoint = {
  id: string;
  label: Text;
  type: "binary" | "survival";
  at: string;
  n: Num;
  events: Num;
  unknown: Num;
  contradictory: Num;
  not_at_risk: Num;
  /** Patients censored at a competing event; null where none competes. */
  competing: Num;
  prevalence: Num;
  refused: Text | null;
  primary: boolean;
  overall_km: KaplanMeier | null;
  models: Model[];
  comparisons: Comparison[];
  baselines: Baseline[];
  against_baselines: Against[];
  harmonisation: Harmonised[];
  leave_one_centre_out: LeftOut | null;
  suspects: Suspect[];
  robustness: { measured: Num; dropped: FragileFeature[] } | null;
  best_possible: BestPossible | null;
};

export type Thumbnail = {
  patient: string;
  centre: string;
  role: string;
  png: string;
  width: Num;
  height: Num;
  volume_ml: Num;
};

export type Cohort = {
  patients: Num;
  imaged: Num;
  eligible: Num;
  extracted: Num;
  centres: { id: string; patients: Num }[];
  variables: Variable[];
  /** What screening found; null in documents written before it was told here. */
  flow: Flow | null;
};

export type FailedCase = { case: string; stage: string; reason: Text };

export type Study = {
  schema: string;
  study: { id: string; title: Text; synthetic: boolean; primary_endpoint: string; description: Text };
  provenance: {
    larc: { version: string; commit: string };
    libraries: { name: string; version: string }[];
    seed: Num;
    protocol_hash: string;
    data_hash: string;
    settings: unknown;
  };
  cohort: Cohort;
  cases: { done: Num; failed: FailedCase[] };
  endpoints: Endpoint[];
  thumbnails: Thumbnail[];
  notes: Text[];
};
