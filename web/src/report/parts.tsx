import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { kKindLooks } from "../charts/palette.ts";
import { Swatch } from "../charts/legend.tsx";
import { kUndefined } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Kind, Text } from "../study.ts";

export function Section({ id, title, lead, children }: { id: string; title: ComponentChildren; lead?: string; children: ComponentChildren }) {
  return (
    <section id={id}>
      <h2>{title}</h2>
      {lead && <p class="how">{lead}</p>}
      {children}
    </section>
  );
}

/** A formatted number; an undefined one carries its reason as a tooltip. */
export function Value({ text, notes = [] }: { text: string; notes?: Text[] }) {
  const { t, pick } = use_words();
  if (text !== kUndefined) return <span class="num">{text}</span>;
  return <abbr class="undefined" tabIndex={0} title={[t("undefined_value"), ...notes.map(pick)].join(". ")}>{kUndefined}</abbr>;
}

export function KindName({ kind, suffix, name }: { kind: Kind; suffix?: string | undefined; name?: string | undefined }) {
  const words = use_words();
  return <span class="kind"><Swatch look={kKindLooks[kind]} shape="symbol" /> {name ?? words.kind(kind)}{suffix && <small> {suffix}</small>}</span>;
}

export type Tone = "good" | "plain" | "warn";
export type Sentence = { tone: Tone; text: string };

const kMarks: Record<Tone, string> = { good: "✓", plain: "–", warn: "!" };

export function Sentences({ sentences }: { sentences: Sentence[] }) {
  if (sentences.length === 0) return null;
  return <ul class="sentences">{sentences.map((s) => <li key={s.text} class={s.tone}><span aria-hidden="true">{kMarks[s.tone]}</span>{s.text}</li>)}</ul>;
}

export function Notes({ notes }: { notes: string[] }) {
  const { t } = use_words();
  if (notes.length === 0) return null;
  return <div class="notes"><h4>{t("notes")}</h4><ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul></div>;
}

/** A cell of a table that becomes a list of cards on a narrow screen. */
export function Cell({ label, children, left }: { label: string; children: ComponentChildren; left?: boolean }) {
  return <td data-label={label} class={left ? "left" : undefined}>{children}</td>;
}

/** The first `most` of a list, and a button for the rest. */
export function use_shortened<T>(list: T[], most: number): { shown: T[]; button: ComponentChildren } {
  const { t } = use_words();
  const [all, set_all] = useState(false);
  const button = list.length > most && (
    <button type="button" class="more" onClick={() => set_all(!all)}>{all ? t("show_fewer") : t("show_all", { n: list.length })}</button>
  );
  return { shown: all ? list : list.slice(0, most), button };
}

/** The first `step` of a list and a button for as many again, so that a long list is never laid out at once. Starts over when `key` changes. */
export function use_more<T>(list: T[], step: number, key = ""): { shown: T[]; button: ComponentChildren } {
  const { t } = use_words();
  const [state, set_state] = useState({ key, n: step });
  const n = state.key === key ? state.n : step;
  const left = list.length - n;
  const button = left > 0 && (
    <button type="button" class="more" onClick={() => set_state({ key, n: n + step })}>{t("im_show_more", { n: Math.min(step, left), left })}</button>
  );
  return { shown: list.slice(0, n), button };
}
