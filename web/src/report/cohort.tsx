import { CohortFlow } from "../charts/cohort_flow.tsx";
import { FlowDiagram } from "../charts/flow_diagram.tsx";
import { count, count_of, quartiles } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Endpoint, Study, Summary, Variable } from "../study.ts";
import { Section, Value } from "./parts.tsx";

function Missing({ summary }: { summary: Summary | undefined }) {
  const { t } = use_words();
  if (!summary || summary.missing === null || summary.missing === 0) return null;
  return <small class="quiet">{t("missing_n", { n: count(summary.missing) })}</small>;
}

function NumericRow({ variable, centres }: { variable: Variable; centres: string[] }) {
  const { pick } = use_words();
  const of = (centre: string) => variable.by_centre.find((c) => c.centre === centre)?.summary;
  const cell = (s: Summary | undefined) => <Value text={s ? quartiles(s.median, s.q1, s.q3) : "—"} />;
  return (
    <tr>
      <th scope="row">{pick(variable.label)}{variable.unit && <small class="quiet"> {variable.unit}</small>}</th>
      <td>{cell(variable.overall)}</td>
      {centres.map((c) => <td key={c}>{cell(of(c))}<Missing summary={of(c)} /></td>)}
      <td><Value text={count(variable.overall.missing)} /></td>
    </tr>
  );
}

function CategoricalRows({ variable, centres }: { variable: Variable; centres: string[] }) {
  const { pick } = use_words();
  const of = (centre: string) => variable.by_centre.find((c) => c.centre === centre)?.summary;
  const total = (s: Summary) => s.levels.reduce((sum, l) => sum + (l.n ?? 0), 0);
  const cell = (s: Summary | undefined, level: string) => {
    if (!s) return <Value text="—" />;
    return <Value text={count_of(s.levels.find((l) => l.level === level)?.n ?? 0, total(s))} />;
  };
  return (
    <>
      <tr class="group">
        <th scope="row">{pick(variable.label)}</th>
        <td />
        {centres.map((c) => <td key={c}><Missing summary={of(c)} /></td>)}
        <td><Value text={count(variable.overall.missing)} /></td>
      </tr>
      {variable.overall.levels.map(({ level }) => (
        <tr key={level} class="level">
          <th scope="row">{level}</th>
          <td>{cell(variable.overall, level)}</td>
          {centres.map((c) => <td key={c}>{cell(of(c), level)}</td>)}
          <td />
        </tr>
      ))}
    </>
  );
}

export function CohortSection({ study, endpoints }: { study: Study; endpoints: Endpoint[] }) {
  const { t } = use_words();
  const { cohort } = study;
  const centres = cohort.centres.map((c) => c.id);
  return (
    <Section id="cohort" title={t("cohort")}>
      <h3>{t("flow")}</h3>
      {cohort.flow && (
        <>
          <p class="how">{t("flow_how")}</p>
          <FlowDiagram flow={cohort.flow} with_endpoints={false} />
        </>
      )}
      <CohortFlow cohort={cohort} endpoints={endpoints} />
      {cohort.variables.length > 0 && (
        <>
          <h3>{t("baseline_table")}</h3>
          <p class="how">{t("baseline_how")}</p>
          <div class="scroll" tabIndex={0}>
            <table class="baseline">
              <thead>
                <tr>
                  <th scope="col">{t("variable")}</th>
                  <th scope="col">{t("overall")}<small class="quiet num"> n = {count(cohort.patients)}</small></th>
                  {cohort.centres.map((c) => <th key={c.id} scope="col">{c.id}<small class="quiet num"> n = {count(c.patients)}</small></th>)}
                  <th scope="col">{t("missing")}</th>
                </tr>
              </thead>
              <tbody>
                {cohort.variables.map((v) => v.type === "numeric"
                  ? <NumericRow key={v.id} variable={v} centres={centres} />
                  : <CategoricalRows key={v.id} variable={v} centres={centres} />)}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Section>
  );
}
