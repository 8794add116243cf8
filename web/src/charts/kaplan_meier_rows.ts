import type { KaplanMeier, Num } from "../study.ts";

export type CurveRow = { time: number; survival: Num; lower: Num; upper: Num };

/** End of the time axis: the last time of the curve or of its numbers at risk. */
export function last_time(km: KaplanMeier): number {
  return Math.max(0, ...km.time, ...km.at_risk.map((r) => r.time));
}

/** The steps with their beginning (everybody free of the event at time 0); limits that are undefined stay undefined. */
export function curve_rows(km: KaplanMeier): CurveRow[] {
  const rows = km.time.map((time, i) => ({
    time, survival: km.survival[i] ?? null, lower: km.lower[i] ?? null, upper: km.upper[i] ?? null,
  }));
  if (rows[0] && rows[0].time > 0) rows.unshift({ time: 0, survival: 1, lower: 1, upper: 1 });
  return rows;
}

/** Ticks in whole months (years where it fits), at most one for each 46 pixels. */
export function time_ticks(end: number, width: number): number[] {
  const most = Math.max(2, Math.floor(width / 46));
  const step = [1, 2, 3, 6, 12, 24, 36, 60, 120, 240].find((s) => end / s < most) ?? Math.ceil(end / most);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** Ticks of the time axis: regular ones when the numbers at risk are known there, otherwise the known times, thinned to fit. */
export function axis_ticks(curves: KaplanMeier[], end: number, width: number): number[] {
  const regular = time_ticks(end, width);
  const known = [...new Set(curves.flatMap((km) => km.at_risk.map((r) => r.time)))].sort((a, b) => a - b);
  const last = known.at(-1);
  if (last === undefined || regular.every((t) => t > last || known.some((k) => same_time(k, t)))) return regular;
  const every = Math.ceil(known.length / Math.max(2, Math.floor(width / 46)));
  return known.filter((_, i) => i % every === 0);
}

/** Numbers at risk at the given times; a time the document does not give is left out, never guessed. */
export function at_risk_table(km: KaplanMeier, times: number[]): { time: number; n: Num }[] {
  return times.flatMap((time) => {
    const exact = km.at_risk.find((r) => same_time(r.time, time));
    return exact ? [{ time, n: exact.n }] : [];
  });
}

function same_time(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}
