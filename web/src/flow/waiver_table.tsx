import type { Flow } from "../flow.ts";
import { use_words } from "../language.tsx";
import { Cell } from "../report/parts.tsx";

export function WaiverTable({ flow }: { flow: Flow }) {
  const { t, pick } = use_words();
  if (flow.waivers.length === 0) return <p class="quiet">{t("no_waivers")}</p>;
  const text = (id: string) => {
    const criterion = flow.criteria.find((c) => c.id === id);
    return criterion ? `${id}  ${pick(criterion.text)}` : id;
  };
  return (
    <>
      <p class="how">{t("waivers_how")}</p>
      <table class="stack words">
        <thead>
          <tr>
            <th scope="col">{t("patient")}</th><th scope="col">{t("criterion")}</th><th scope="col">{t("reason")}</th><th scope="col">{t("signed_by")}</th>
            <th scope="col">{t("signed_at")}</th>
          </tr>
        </thead>
        <tbody>
          {flow.waivers.map((w) => (
            <tr key={`${w.patient} ${w.criterion}`}>
              <th scope="row"><code>{w.patient}</code>{w.centre && <small class="quiet block">{w.centre}</small>}</th>
              <Cell label={t("criterion")} left>{text(w.criterion)}{!w.used && <small class="quiet block">{t("waiver_idle")}</small>}</Cell>
              <Cell label={t("reason")} left>{w.reason}</Cell>
              <Cell label={t("signed_by")} left>{w.by}</Cell>
              <Cell label={t("signed_at")} left><span class="num">{w.recorded_at.slice(0, 10)}</span></Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
