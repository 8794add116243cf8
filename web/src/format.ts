// Numbers as a clinician reads them. Independent of the browser's locale. Undefined is an em dash.
import type { Estimate, Num } from "./study.ts";

export const kUndefined = "—";

/** Fixed decimals with a true minus sign; -0.00 becomes 0.00. */
export function fixed(x: Num | undefined, decimals = 2): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return kUndefined;
  const body = Math.abs(x).toFixed(decimals);
  return x < 0 && Number(body) !== 0 ? `−${body}` : body;
}

/** As fixed(), with a plus sign for positive values. */
export function signed(x: Num | undefined, decimals = 2): string {
  const body = fixed(x, decimals);
  return body === kUndefined || body.startsWith("−") || Number(body) === 0 ? body : `+${body}`;
}

/** "0.78 (0.70–0.86)"; without limits only the value. */
export function estimate(e: Estimate | null, decimals = 2): string {
  if (!e || e.value === null) return kUndefined;
  const value = fixed(e.value, decimals);
  if (e.lower === null || e.upper === null) return value;
  return `${value} (${range(e.lower, e.upper, decimals)})`;
}

/** "0.70–0.86", or "−0.02 – 0.10" where a minus sign would run into the dash. */
export function range(lower: Num, upper: Num, decimals = 2): string {
  const a = fixed(lower, decimals), b = fixed(upper, decimals);
  return a.startsWith("−") || b.startsWith("−") ? `${a} – ${b}` : `${a}–${b}`;
}

/** "+0.08 (+0.01 to +0.15)". */
export function difference(value: Num, lower: Num, upper: Num, to = "to"): string {
  if (value === null) return kUndefined;
  if (lower === null || upper === null) return signed(value);
  return `${signed(value)} (${signed(lower)} ${to} ${signed(upper)})`;
}

/** "<0.001", "0.004", "0.031", "0.42". */
export function p_value(p: Num): string {
  if (p === null || !Number.isFinite(p)) return kUndefined;
  if (p < 0.001) return "<0.001";
  return p < 0.0995 ? p.toFixed(3) : p.toFixed(2);
}

/** "p <0.001" or "p = 0.03". */
export function p_phrase(p: Num): string {
  const text = p_value(p);
  return text.startsWith("<") ? `p ${text}` : `p = ${text}`;
}

/** A share 0-1 as a whole percentage; "<1%" keeps rare apart from none. */
export function percent(x: Num): string {
  if (x === null || !Number.isFinite(x)) return kUndefined;
  if (x > 0 && x < 0.005) return "<1%";
  if (x < 1 && x > 0.995) return ">99%";
  return `${fixed(100 * x, 0)}%`;
}

/** Whole numbers with a thin space from 10 000 on. */
export function count(n: Num): string {
  if (n === null || !Number.isFinite(n)) return kUndefined;
  const body = fixed(n, 0);
  return Math.abs(n) < 10000 ? body : body.replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

/** "46 (25%)"; the share is left out when the total is zero or unknown. */
export function count_of(n: Num, total: Num): string {
  if (n === null) return kUndefined;
  return total === null || total <= 0 ? count(n) : `${count(n)} (${percent(n / total)})`;
}

/** About three significant digits: 0.0123, 1.23, 23.4, 234, 2340. */
export function significant(x: Num): string {
  if (x === null || !Number.isFinite(x)) return kUndefined;
  const a = Math.abs(x);
  if (a === 0) return "0";
  if (a < 0.001 || a >= 1e6) return x.toExponential(2).replace("-", "−").replace("e+", "e");
  return fixed(x, Math.max(0, 2 - Math.floor(Math.log10(a))));
}

/** As significant(), without trailing zeros: a limit or a spacing that was written "4.5" stays so. */
export function trimmed(x: Num): string {
  const body = significant(x);
  return /^−?\d+\.\d+$/.test(body) ? body.replace(/\.?0+$/, "") : body;
}

/** Median and quartiles with the same number of decimals, chosen from the median, none where all are whole: "61 (54–68)", "2 (1–3)". */
export function quartiles(median: Num, q1: Num, q3: Num): string {
  if (median === null) return kUndefined;
  const a = Math.abs(median);
  const whole = [median, q1, q3].every((x) => x === null || Number.isInteger(x));
  const decimals = whole || a >= 30 ? 0 : a >= 3 ? 1 : 2;
  return estimate({ value: median, lower: q1, upper: q3 }, decimals);
}
