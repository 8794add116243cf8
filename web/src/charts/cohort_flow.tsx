import { Fragment } from "preact";
import { count, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Cohort, Endpoint, Num } from "../study.ts";

function Step({ label, n }: { label: string; n: Num }) {
  return <div class="flow-box"><span class="flow-label">{label}</span><strong class="num">{count(n)}</strong></div>;
}

/** Imported, eligible (where known), imaged, measured, then analysed for each endpoint; what is lost between two steps stands beside the arrow. */
export function CohortFlow({ cohort, endpoints }: { cohort: Cohort; endpoints: Endpoint[] }) {
  const { t, pick } = use_words();
  const steps = [
    { label: t("flow_imported"), n: cohort.patients },
    { label: t("flow_eligible"), n: cohort.eligible },
    { label: t("flow_imaged"), n: cohort.imaged },
    { label: t("flow_extracted"), n: cohort.extracted },
  ].filter((step) => step.n !== null);
  return (
    <div class="flow">
      <div class="flow-steps">
        {steps.map((step, i) => {
          const previous = steps[i - 1]?.n ?? null;
          const lost = previous === null || step.n === null ? 0 : previous - step.n;
          return (
            <Fragment key={step.label}>
              {i > 0 && <div class="flow-arrow"><span class="arrow" aria-hidden="true" />{lost > 0 && <small>{t("flow_lost", { n: lost })}</small>}</div>}
              <Step label={step.label} n={step.n} />
            </Fragment>
          );
        })}
      </div>
      {endpoints.length > 0 && (
        <>
          <div class="flow-arrow down"><span class="arrow" aria-hidden="true" /><small>{t("flow_analysed")}</small></div>
          <div class="flow-row">
            {endpoints.map((e) => (
              <a key={e.id} class={e.refused === null ? "flow-box" : "flow-box off"} href={`#endpoint-${e.id}`}>
                <span class="flow-label">{pick(e.label)}</span>
                <strong class="num">{count(e.n)}</strong>
                <small>
                  {t("events_n", { n: count(e.events) })}{e.prevalence !== null && ` (${percent(e.prevalence)})`}
                  {e.unknown !== null && e.unknown > 0 && <><br />{t("flow_unknown", { n: e.unknown })}</>}
                  {e.refused !== null && <><br />{t("not_modelled")}</>}
                </small>
              </a>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
