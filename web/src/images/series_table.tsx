import { useState } from "preact/hooks";
import { count } from "../format.ts";
import { kTimes } from "../images.ts";
import type { Series, SeriesTime } from "../images.ts";
import type { MessageKey } from "../i18n.ts";
import { use_words } from "../language.tsx";
import { Cell, use_more } from "../report/parts.tsx";
import { fact_text, sequence_label } from "./facts.ts";
import { contains, options_of, Search, Select } from "./filters.tsx";

const kColumns = ["patient", "description", "sequence", "date", "slices", "role"] as const;
type Column = (typeof kColumns)[number];
const kTimeNames: Record<SeriesTime, MessageKey> = {
  before_therapy: "im_time_before_therapy", after_therapy: "im_time_after_therapy", other: "im_time_other", unknown: "im_time_unknown_point",
};
const kUnused = "-";

export type SeriesFilter = { centre: string; sequence: string; time: string; role: string; words: string };

/** `role` "-" keeps what no role took. */
export function filter_series(series: Series[], f: SeriesFilter): Series[] {
  return series.filter((s) => (f.centre === "" || s.centre === f.centre) && (f.sequence === "" || s.sequence === f.sequence)
    && (f.time === "" || s.time === f.time) && (f.role === "" || (s.role || kUnused) === f.role)
    && (contains(s.patient, f.words) || contains(s.description, f.words)));
}

/** By one column, then patient and date. */
export function sort_series(series: Series[], by: Column, down: boolean): Series[] {
  const compare = (a: string | number | null, b: string | number | null) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
  return [...series].sort((a, b) => compare(a[by], b[by]) * (down ? -1 : 1) || compare(a.patient, b.patient) || compare(a.date, b.date));
}

export function SeriesTable({ series, role_name, role_order }: { series: Series[]; role_name: (id: string) => string; role_order: string[] }) {
  const { t, pick } = use_words();
  const [filter, set_filter] = useState<SeriesFilter>({ centre: "", sequence: "", time: "", role: "", words: "" });
  const [by, set_by] = useState<Column>("patient");
  const [down, set_down] = useState(false);
  const kept = sort_series(filter_series(series, filter), by, down);
  const { shown, button } = use_more(kept, 50, `${Object.values(filter).join("\n")} ${by} ${down}`);
  if (series.length === 0) return <p class="quiet">{t("im_no_series")}</p>;
  const names: Record<Column, string> = {
    patient: t("patient"), description: t("im_description"), sequence: t("im_sequence"), date: t("im_date"), slices: t("im_slices"), role: t("im_used_as"),
  };
  const heading = (column: Column) => (
    <th scope="col" aria-sort={column === by ? (down ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => { set_down(column === by && !down); set_by(column); }}>{names[column]}{column === by ? (down ? " ▾" : " ▴") : ""}</button>
    </th>
  );
  const select = (name: string, all: string, of: keyof SeriesFilter & keyof Series, label: (value: string) => string, order?: readonly string[]) => (
    <Select name={name} all={all} value={filter[of]} options={options_of(series, (s) => s[of] || (of === "role" ? kUnused : ""), label, order)}
      choose={(value) => set_filter({ ...filter, [of]: value })} />
  );
  const size = (s: Series) => [pick(fact_text(s, "in_plane_mm")), pick(fact_text(s, "slice_mm"))].filter((x) => x !== "").join(" × ");
  return (
    <>
      <p class="how">{t("im_series_how")}</p>
      <p class="filters">
        {select(t("centre"), t("all_centres_filter"), "centre", (c) => c)}
        {select(t("im_sequence"), t("im_all_sequences"), "sequence", (s) => pick(sequence_label(s)))}
        {select(t("im_time"), t("im_all_times"), "time", (s) => t(kTimeNames[s as SeriesTime]), kTimes)}
        {select(t("im_used_as"), t("im_any_use"), "role", (r) => (r === kUnused ? t("im_unused") : role_name(r)), [...role_order, kUnused])}
        <Search name={t("im_find_series")} value={filter.words} choose={(words) => set_filter({ ...filter, words })} />
        <span class="quiet small" role="status">{t("im_rows", { n: count(kept.length), all: count(series.length) })}</span>
      </p>
      {kept.length === 0 ? <p class="quiet">{t("im_none_match")}</p> : (
        <table class="stack words series">
          <thead>
            <tr>
              {heading("patient")}{heading("description")}{heading("sequence")}{heading("date")}{heading("slices")}
              <th scope="col">{t("im_size")}</th>{heading("role")}
            </tr>
          </thead>
          <tbody>
            {shown.map((s, i) => (
              <tr key={`${s.patient} ${s.series} ${i}`} class={s.role ? undefined : "unused"}>
                <th scope="row"><code>{s.patient}</code>{s.centre && <small class="quiet"> {s.centre}</small>}</th>
                <Cell label={names.description}><span title={s.series}>{s.description}</span></Cell>
                <Cell label={names.sequence}>
                  <span>
                    {[pick(sequence_label(s.sequence)), pick(fact_text(s, "orientation"))].filter((x) => x !== "").join(" · ")}
                    {s.b_value !== null && <small class="quiet block">b {count(s.b_value)}</small>}
                  </span>
                </Cell>
                <Cell label={names.date}><span><span class="num one-line">{s.date}</span> <small class="quiet block">{t(kTimeNames[s.time])}</small></span></Cell>
                <Cell label={names.slices}><span class="num">{count(s.slices)}</span></Cell>
                <Cell label={t("im_size")}><span class="num one-line">{size(s)}</span></Cell>
                <Cell label={names.role}>{s.role ? <strong>{role_name(s.role)}</strong> : <span class="quiet">{t("im_unused")}</span>}</Cell>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {button}
    </>
  );
}
