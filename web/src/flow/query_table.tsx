import { useState } from "preact/hooks";
import { count } from "../format.ts";
import { kQueryKinds } from "../flow.ts";
import type { Query } from "../flow.ts";
import { use_words } from "../language.tsx";
import { Cell, use_shortened } from "../report/parts.tsx";

const kColumns = ["patient", "centre", "kind", "item"] as const;
type Column = (typeof kColumns)[number];

/** Sorted by one column, the others breaking ties in their order. */
export function sort_queries(queries: Query[], by: Column, down: boolean): Query[] {
  const key = (q: Query, column: Column) => (column === "kind" ? String(kQueryKinds.indexOf(q.kind)) : q[column]);
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...queries].sort((a, b) => {
    const first = compare(key(a, by), key(b, by)) * (down ? -1 : 1);
    return kColumns.reduce((order, column) => order || compare(key(a, column), key(b, column)), first);
  });
}

/** Everything that waits for a person's eye, by centre and kind. */
export function QueryTable({ queries }: { queries: Query[] }) {
  const { t, pick } = use_words();
  const [by, set_by] = useState<Column>("centre");
  const [down, set_down] = useState(false);
  const [centre, set_centre] = useState("");
  const [kind, set_kind] = useState("");
  const centres = [...new Set(queries.map((q) => q.centre))].sort();
  const kinds = kQueryKinds.filter((k) => queries.some((q) => q.kind === k));
  const kept = queries.filter((q) => (centre === "" || q.centre === centre) && (kind === "" || q.kind === kind));
  const { shown, button } = use_shortened(sort_queries(kept, by, down), 40);
  if (queries.length === 0) return <p class="quiet">{t("no_queries")}</p>;
  const names: Record<Column, string> = { patient: t("patient"), centre: t("centre"), kind: t("kind"), item: t("item") };
  const sort_by = (column: Column) => {
    set_down(column === by && !down);
    set_by(column);
  };
  return (
    <>
      <p class="how">{t("queries_how")}</p>
      <p class="filters">
        <select aria-label={t("centre")} onChange={(e) => set_centre(e.currentTarget.value)}>
          <option value="">{t("all_centres_filter")} ({count(queries.length)})</option>
          {centres.map((c) => <option key={c} value={c}>{c || t("no_centre")} ({count(queries.filter((q) => q.centre === c).length)})</option>)}
        </select>
        <select aria-label={t("kind")} onChange={(e) => set_kind(e.currentTarget.value)}>
          <option value="">{t("all_kinds")}</option>
          {kinds.map((k) => <option key={k} value={k}>{t(`kind_${k}`)} ({count(queries.filter((q) => q.kind === k).length)})</option>)}
        </select>
      </p>
      <table class="stack words queries">
        <thead>
          <tr>
            {kColumns.map((column) => (
              <th key={column} scope="col" aria-sort={column === by ? (down ? "descending" : "ascending") : "none"}>
                <button type="button" class="sort" onClick={() => sort_by(column)}>{names[column]}{column === by ? (down ? " ▾" : " ▴") : ""}</button>
              </th>
            ))}
            <th scope="col">{t("what")}</th><th scope="col">{t("source")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((q, i) => (
            <tr key={`${q.patient} ${q.kind} ${q.item} ${i}`}>
              <th scope="row">{q.patient ? <code>{q.patient}</code> : t("whole_table")}</th>
              <Cell label={names.centre} left>{q.centre}</Cell>
              <Cell label={names.kind} left>{t(`kind_${q.kind}`)}</Cell>
              <Cell label={names.item} left><code>{q.item}</code></Cell>
              <Cell label={t("what")} left>{pick(q.text)}<small class="quiet block">{pick(q.remedy)}</small></Cell>
              <Cell label={t("source")} left>
                <small>{q.source && (q.row ? t("source_row", { file: q.source, row: q.row }) : q.source)}</small>
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
      {button}
    </>
  );
}
