import { count, fixed, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Endpoint, Model } from "../study.ts";
import { Cell, KindName, Value } from "./parts.tsx";

/** Events per parameter and the patients that Riley's criteria ask for. */
export function SampleSizeTable({ endpoint }: { endpoint: Endpoint }) {
  const { t } = use_words();
  const rows = endpoint.models.flatMap((m: Model) => (m.refused === null && m.sample_size ? [{ model: m, size: m.sample_size }] : []));
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{t("sample_size")}</h3>
      <p class="how">{t("sample_size_how", { r2: percent(rows[0]?.size.assumed_r2 ?? null) })}</p>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">{t("model")}</th><th scope="col">{t("parameters")}</th><th scope="col">{t("events_per_parameter")}</th>
            <th scope="col">{t("minimum_n")}</th><th scope="col">{t("patients_here")}</th><th scope="col" class="left">{t("reading")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ model, size }) => (
            <tr key={model.id}>
              <th scope="row"><KindName kind={model.kind} /></th>
              <Cell label={t("parameters")}><Value text={count(size.parameters)} /></Cell>
              <Cell label={t("events_per_parameter")}><Value text={fixed(size.events_per_parameter, 1)} /></Cell>
              <Cell label={t("minimum_n")}><Value text={count(size.minimum_n)} /></Cell>
              <Cell label={t("patients_here")}><Value text={count(size.n)} /></Cell>
              <Cell label={t("reading")} left>{size.enough === null ? "" : t(size.enough ? "enough_yes" : "enough_no")}</Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
