// The screening document `larc.flow/1` as the page sees it: read_flow() makes one of these from whatever JSON it is given.
import type { Estimate, Num, Text } from "./study.ts";

/** In protocol order. A patient is counted at the first criterion that excludes, else at the first that cannot be evaluated. */
export type FlowCriterion = { id: string; text: Text; include: boolean; excluded: Num; unknown: Num };

export type FlowCentre = {
  id: string;
  patients: Num;
  eligible: Num;
  excluded: Num;
  unknown: Num;
  waived: Num;
  criteria: { id: string; excluded: Num; unknown: Num }[];
};

export type FlowEndpoint = {
  id: string;
  label: Text;
  type: "binary" | "ordinal" | "survival" | "competing";
  primary: boolean;
  modelled: boolean;
  known: Num;
  unknown: Num;
  contradictory: Num;
  not_at_risk: Num;
  /** Patients with the outcome, or events. */
  positive: Num;
  competing: Num;
  levels: { level: string; n: Num }[];
  median_follow_up: Estimate | null;
  missing: { variable: string; label: Text; patients: Num }[];
  refused: Text | null;
};

export type ReaderAgreement = {
  variable: string;
  label: Text;
  measure: "kappa" | "weighted_kappa" | "icc_2_1";
  estimate: Estimate;
  n: Num;
  equal: Num;
  without_consensus: Num;
  reason: Text | null;
};

export const kQueryKinds = ["fault", "check", "contradiction", "readers", "persistent_disease", "unknown"] as const;
export type QueryKind = (typeof kQueryKinds)[number];
export type Query = { kind: QueryKind; patient: string; centre: string; item: string; text: Text; remedy: Text; source: string; row: Num };

export type Flow = {
  id: string;
  title: Text;
  synthetic: boolean;
  version: string;
  criteria_version: string;
  data_cut: string;
  patients: Num;
  eligible: Num;
  excluded: Num;
  unknown: Num;
  waived: Num;
  criteria: FlowCriterion[];
  centres: FlowCentre[];
  missing_fields: { variable: string; label: Text; patients: Num; criteria: string[] }[];
  unknown_patients: { patient: string; centre: string; criteria: { id: string; missing: string[]; reason: string }[] }[];
  waivers: { patient: string; centre: string; criterion: string; reason: string; by: string; recorded_at: string; used: boolean }[];
  endpoints: FlowEndpoint[];
  readers: ReaderAgreement[];
  queries: Query[];
};
