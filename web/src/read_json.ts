// Pieces of parsed JSON: anything missing or of the wrong type becomes null, "" or an empty list.
import type { Num, Text } from "./study.ts";

export type Obj = Record<string, unknown>;

export const obj = (x: unknown): Obj => (typeof x === "object" && x !== null && !Array.isArray(x) ? (x as Obj) : {});
export const list = (x: unknown): unknown[] => (Array.isArray(x) ? x : []);
export const num = (x: unknown): Num => (typeof x === "number" && Number.isFinite(x) ? x : null);
export const str = (x: unknown): string => (typeof x === "string" ? x : typeof x === "number" ? String(x) : "");

export function text(x: unknown, fallback = ""): Text {
  if (typeof x === "string") return { en: x, zh: x };
  const { en, zh } = obj(x);
  const first = str(en) || str(zh) || fallback;
  return { en: first, zh: str(zh) || first };
}

/** A reason or note: one string for both languages, or one for each. */
export function reason(x: unknown): Text | null {
  const words = text(x);
  return words.en === "" ? null : words;
}

export function notes(x: unknown): Text[] {
  return list(x).map(reason).filter((note) => note !== null);
}
