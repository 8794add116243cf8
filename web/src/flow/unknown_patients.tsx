import { count } from "../format.ts";
import type { Flow } from "../flow.ts";
import { use_words } from "../language.tsx";
import { Cell, use_shortened } from "../report/parts.tsx";

/** Patients who cannot be judged: by missing field, then one by one. */
export function UnknownPatients({ flow }: { flow: Flow }) {
  const { t, pick } = use_words();
  const { shown, button } = use_shortened(flow.unknown_patients, 20);
  const label = (id: string) => {
    const field = flow.missing_fields.find((f) => f.variable === id);
    return field ? pick(field.label) : id;
  };
  if (flow.unknown_patients.length === 0) return <p class="quiet">{t("no_unknowns")}</p>;
  return (
    <>
      <p class="how">{t("unknowns_how")}</p>
      <table class="stack words">
        <thead><tr><th scope="col">{t("missing_field")}</th><th scope="col">{t("needed_by")}</th><th scope="col">{t("patients")}</th></tr></thead>
        <tbody>
          {flow.missing_fields.map((f) => (
            <tr key={f.variable}>
              <th scope="row">{pick(f.label)} <code class="quiet">{f.variable}</code></th>
              <Cell label={t("needed_by")} left>{f.criteria.join(", ")}</Cell>
              <Cell label={t("patients")} left><span class="num">{count(f.patients)}</span></Cell>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{t("patients")}</h3>
      <table class="stack words">
        <thead><tr><th scope="col">{t("patient")}</th><th scope="col">{t("centre")}</th><th scope="col">{t("missing_field")}</th></tr></thead>
        <tbody>
          {shown.map((p) => (
            <tr key={p.patient}>
              <th scope="row"><code>{p.patient}</code></th>
              <Cell label={t("centre")} left>{p.centre}</Cell>
              <Cell label={t("missing_field")} left>
                {p.criteria.map((c) => <span key={c.id} class="block">{c.id}  {c.missing.length > 0 ? c.missing.map(label).join(", ") : c.reason}</span>)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
      {button}
    </>
  );
}
