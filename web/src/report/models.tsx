import { count, estimate, fixed, p_value } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Endpoint, Model } from "../study.ts";
import { Cell, KindName, Value } from "./parts.tsx";

/** One line for each way of permuting that the table holds. */
function PermutationNote({ models }: { models: Model[] }) {
  const { t } = use_words();
  const ways = models.flatMap((m) => (m.permutation === null ? [] : [
    t(m.permutation.kind === "full_pipeline" ? "permutation_full" : "permutation_fixed", { n: count(m.permutation.n) }),
  ]));
  if (ways.length === 0) return null;
  return <p class="table-note">{t("sentence", { text: t("labelled", { label: t("permutation_p"), text: [...new Set(ways)].join("; ") }) })}</p>;
}

export function ModelTable({ endpoint, name }: { endpoint: Endpoint; name: (m: Model) => string }) {
  const { t, pick, metric, kind } = use_words();
  const first = endpoint.models[0];
  const measure = metric(first ? first.internal.metric : endpoint.type === "binary" ? "auc" : "c_harrell");
  const has_uno = endpoint.models.some((m) => m.c_uno !== null);
  const columns = 7 + (has_uno ? 1 : 0);
  return (
    <>
      <table class="stack models">
        <thead>
          <tr>
            <th scope="col">{t("model")}</th>
            <th scope="col">{t("patients")}</th>
            <th scope="col">{t("events")}</th>
            <th scope="col">{measure} (95%)</th>
            {has_uno && <th scope="col">{metric("c_uno")} (95%)</th>}
            <th scope="col">{t("brier")}</th>
            <th scope="col">{t("slope")}<small class="quiet block">{t("ideal", { x: 1 })}</small></th>
            <th scope="col">{t("in_the_large")}<small class="quiet block">{t("ideal", { x: 0 })}</small></th>
            <th scope="col">{t("permutation_p")}</th>
          </tr>
        </thead>
        <tbody>
          {endpoint.models.map((m) => (
            <tr key={m.id}>
              <th scope="row"><KindName kind={m.kind} suffix={name(m) === kind(m.kind) ? undefined : m.id} /></th>
              {m.refused !== null
                ? <td class="refused left" colSpan={columns}><strong>{t("sentence", { text: t("refused") })}</strong> {pick(m.refused)}</td>
                : (
                  <>
                    <Cell label={t("patients")}><Value text={count(m.n)} notes={m.notes} /></Cell>
                    <Cell label={t("events")}><Value text={count(m.events)} notes={m.notes} /></Cell>
                    <Cell label={`${measure} (95%)`}><strong><Value text={estimate(m.internal)} notes={m.notes} /></strong></Cell>
                    {has_uno && <Cell label={metric("c_uno")}><Value text={estimate(m.c_uno)} notes={m.notes} /></Cell>}
                    <Cell label={t("brier")}><Value text={fixed(m.brier, 3)} notes={m.notes} /></Cell>
                    <Cell label={t("slope")}><Value text={fixed(m.calibration_slope)} notes={m.notes} /></Cell>
                    <Cell label={t("in_the_large")}><Value text={fixed(m.calibration_in_the_large)} notes={m.notes} /></Cell>
                    <Cell label={t("permutation_p")}><Value text={p_value(m.permutation?.p ?? null)} notes={m.notes} /></Cell>
                  </>
                )}
            </tr>
          ))}
          {endpoint.baselines.map((b) => (
            <tr key={b.kind} class="beside">
              <th scope="row"><KindName kind={b.kind} /></th>
              {b.refused !== null
                ? <td class="refused left" colSpan={columns}><strong>{t("sentence", { text: t("refused") })}</strong> {pick(b.refused)}</td>
                : (
                  <>
                    <Cell label={t("patients")}><Value text={count(endpoint.n)} /></Cell>
                    <Cell label={t("events")}><Value text={count(endpoint.events)} /></Cell>
                    <Cell label={`${measure} (95%)`}><Value text={estimate(b.internal)} /></Cell>
                    <td class="left quiet" colSpan={columns - 3}>{t(b.kind === "volume" ? "baseline_volume" : b.kind === "random" ? "baseline_random" : "baseline_tables")}</td>
                  </>
                )}
            </tr>
          ))}
        </tbody>
      </table>
      <PermutationNote models={endpoint.models} />
    </>
  );
}
