// The facts of a series in words, and which of them tell candidates apart.
import { fixed, trimmed } from "../format.ts";
import { kFactPhrases, kOrientationLabels, kSequenceLabels } from "../i18n_images.ts";
import type { MessageKey } from "../i18n.ts";
import type { SeriesFacts } from "../images.ts";
import type { Num, Text } from "../study.ts";

export const kFacts = ["description", "sequence", "orientation", "date", "slices", "in_plane_mm", "slice_mm", "b_value"] as const;
export type Fact = (typeof kFacts)[number];

export const kFactNames: Record<Fact, MessageKey> = {
  description: "im_description", sequence: "im_sequence", orientation: "im_orientation", date: "im_date", slices: "im_slices", in_plane_mm: "im_in_plane",
  slice_mm: "im_slice_mm", b_value: "im_b_value",
};

export const sequence_label = (id: string): Text => kSequenceLabels[id] ?? { en: id, zh: id };

const number = (x: Num) => (x === null ? "" : Number.isInteger(x) ? fixed(x, 0) : trimmed(x));

/** "" where the header says nothing. */
export function fact_text(facts: SeriesFacts, fact: Fact): Text {
  const value = facts[fact];
  if (typeof value === "number" || value === null) {
    const words = number(value);
    return { en: words, zh: words };
  }
  if (fact === "sequence") return sequence_label(value);
  return (fact === "orientation" ? kOrientationLabels[value] : undefined) ?? { en: value, zh: value };
}

/** A fact that stands without its name: "24 slices", "b 800". */
export function fact_phrase(facts: SeriesFacts, fact: Fact): Text {
  const { en, zh } = fact_text(facts, fact);
  const phrase = en === "" ? undefined : kFactPhrases[fact];
  return phrase ? { en: phrase.en.replace("{x}", () => en), zh: phrase.zh.replace("{x}", () => zh) } : { en, zh };
}

/** Facts that differ between the candidates, and those that all share; what no header says is in neither. */
export function tell_apart(candidates: SeriesFacts[]): { differ: Fact[]; same: Fact[] } {
  const known = kFacts.filter((fact) => candidates.some((c) => fact_text(c, fact).en !== ""));
  const differs = (fact: Fact) => new Set(candidates.map((c) => fact_text(c, fact).en)).size > 1;
  return { differ: known.filter(differs), same: known.filter((fact) => !differs(fact)) };
}

/** The command with the key of one series put in, quoted for a POSIX shell. */
export function command_for(command: string, series: string): string {
  const quoted = `'${series.replaceAll("'", "'\\''")}'`;
  return command.includes("'...'") ? command.replace("'...'", () => quoted) : `${command} --series ${quoted}`;
}
