import { count, count_of, estimate } from "../format.ts";
import type { FlowEndpoint } from "../flow.ts";
import { use_words } from "../language.tsx";
import { Cell, Value } from "../report/parts.tsx";

function Frequency({ endpoint }: { endpoint: FlowEndpoint }) {
  const { t } = use_words();
  if (endpoint.type === "ordinal") {
    return <>{endpoint.levels.map((l) => <span key={l.level} class="block num"><span class="quiet">{l.level}</span> {count_of(l.n, endpoint.known)}</span>)}</>;
  }
  return (
    <>
      <strong><Value text={count_of(endpoint.positive, endpoint.known)} /></strong>
      {endpoint.type === "competing" && <small class="quiet block">{t("competing_n", { n: count(endpoint.competing) })}</small>}
    </>
  );
}

/** Every endpoint of the protocol: first how frequent it is, then for how many it can be derived and why not for the others. */
export function OutcomeTable({ endpoints }: { endpoints: FlowEndpoint[] }) {
  const { t, pick } = use_words();
  const sorted = [...endpoints].sort((a, b) => Number(b.primary) - Number(a.primary));
  return (
    <>
      <table class="stack outcomes">
        <thead>
          <tr>
            <th scope="col">{t("endpoints")}</th><th scope="col">{t("frequency")}</th><th scope="col">{t("outcome_known")}</th><th scope="col">{t("fd_unknown")}</th>
            <th scope="col">{t("fd_contradictory")}</th><th scope="col">{t("fd_not_at_risk")}</th><th scope="col">{t("follow_up")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((e) => (
            <tr key={e.id}>
              <th scope="row">
                {pick(e.label)}{e.primary && <span class="badge">{t("primary")}</span>}
                <small class="quiet block">{t(`type_${e.type}`)}</small>
                {e.missing.length > 0 && (
                  <small class="quiet block">{t("missing_most", { names: e.missing.slice(0, 3).map((m) => `${pick(m.label)} (${count(m.patients)})`).join(", ") })}</small>
                )}
                {e.refused && <small class="warning block">{t("labelled", { label: t("not_modelled"), text: pick(e.refused) })}</small>}
              </th>
              <Cell label={t("frequency")}><Frequency endpoint={e} /></Cell>
              <Cell label={t("outcome_known")}><Value text={count(e.known)} /></Cell>
              <Cell label={t("fd_unknown")}><Value text={count(e.unknown)} /></Cell>
              <Cell label={t("fd_contradictory")}><Value text={count(e.contradictory)} /></Cell>
              <Cell label={t("fd_not_at_risk")}><Value text={count(e.not_at_risk)} /></Cell>
              <Cell label={t("follow_up")}>{e.median_follow_up ? <Value text={estimate(e.median_follow_up, 0)} /> : null}</Cell>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="table-note">{t("follow_up_how")}</p>
    </>
  );
}
