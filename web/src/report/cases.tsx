import { count } from "../format.ts";
import { kStageLabels } from "../i18n.ts";
import { use_words } from "../language.tsx";
import type { Study } from "../study.ts";
import { Cell, Section, use_shortened } from "./parts.tsx";

export function CasesSection({ cases }: { cases: Study["cases"] }) {
  const { t, pick } = use_words();
  const { shown, button } = use_shortened(cases.failed, 12);
  const stage = (id: string) => (kStageLabels[id] ? pick(kStageLabels[id]) : id);
  return (
    <Section id="cases" title={t("cases")}>
      <p class="tally">
        <span><strong class="num">{count(cases.done)}</strong> {t("cases_done")}</span>
        <span class={cases.failed.length > 0 ? "bad" : undefined}><strong class="num">{count(cases.failed.length)}</strong> {t("cases_failed")}</span>
      </p>
      {cases.failed.length === 0 ? <p class="quiet">{t("cases_all_done")}</p> : (
        <>
          <p class="how">{t("cases_how")}</p>
          <table class="stack words">
            <thead><tr><th scope="col">{t("case")}</th><th scope="col">{t("stage")}</th><th scope="col">{t("reason")}</th></tr></thead>
            <tbody>
              {shown.map((f, i) => (
                <tr key={`${f.case} ${f.stage} ${i}`}>
                  <th scope="row"><code>{f.case}</code></th>
                  <Cell label={t("stage")} left>{stage(f.stage)}</Cell>
                  <Cell label={t("reason")} left>{pick(f.reason)}</Cell>
                </tr>
              ))}
            </tbody>
          </table>
          {button}
        </>
      )}
    </Section>
  );
}
