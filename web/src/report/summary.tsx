import { ForestChart } from "../charts/forest.tsx";
import { kKindLooks } from "../charts/palette.ts";
import { count, difference, estimate, fixed, p_phrase, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Against, Endpoint, Kind, Study } from "../study.ts";
import { judge, usable_models } from "../verdict.ts";
import type { Verdict } from "../verdict.ts";
import { KindName, Section, Sentences } from "./parts.tsx";
import type { Sentence } from "./parts.tsx";

/**
 * What is said of models from images beside volume alone, random numbers, and the same model without its network: of random numbers only
 * where they reach as much.
 */
export function use_baseline_sentences(list: Against[], kinds: Kind[]): Sentence[] {
  const { t, kind } = use_words();
  return list.filter((c) => kinds.includes(c.a) && c.verdict !== "undefined").flatMap((c): Sentence[] => {
    const values = { kind: kind(c.a), v: fixed(c.b_value), m: fixed(c.a_value), d: difference(c.difference, c.lower, c.upper, t("to")), p: p_phrase(c.p) };
    if (c.b === "clinical+radiomics") {
      const said = c.verdict === "better" ? "network_adds" : c.verdict === "as_good" ? "network_as_good" : "network_not_shown";
      return [{ tone: c.verdict === "better" ? "good" : "warn", text: t(said, values) }];
    }
    if (c.b === "volume" && c.verdict === "better") return [{ tone: "good", text: t("volume_better", values) }];
    if (c.verdict === "as_good") return [{ tone: "warn", text: t(c.b === "volume" ? "volume_as_good" : "random_as_good", values) }];
    return c.b === "volume" ? [{ tone: "warn", text: t("volume_not_shown", values) }] : [];
  });
}

function use_sentences(endpoint: Endpoint, verdict: Verdict): Sentence[] {
  const { t, pick, kind, metric, language } = use_words();
  const list: Sentence[] = [];
  const leaks = endpoint.suspects.filter((s) => s.gives_outcome_away).map((s) => pick(s.label));
  if (leaks.length > 0) list.push({ tone: "warn", text: t("suspects_line", { names: leaks.join(language === "zh" ? "、" : ", ") }) });
  if (verdict.chance === "better") list.push({ tone: "good", text: t("chance_better") });
  if (verdict.chance === "unclear") list.push({ tone: "plain", text: t("chance_unclear") });
  if (verdict.chance === "worse") list.push({ tone: "warn", text: t("chance_worse") });
  const c = verdict.comparison;
  const values = c ? { d: difference(c.difference, c.lower, c.upper, t("to")), p: p_phrase(c.p) } : {};
  if (verdict.clinical === "better") list.push({ tone: "good", text: t("clinical_better", values) });
  if (verdict.clinical === "unclear") list.push({ tone: "plain", text: t("clinical_unclear", values) });
  if (verdict.clinical === "worse") list.push({ tone: "warn", text: t("clinical_worse", values) });
  if (verdict.clinical === "highest") list.push({ tone: "plain", text: t("clinical_highest") });
  if (verdict.clinical === "alone") list.push({ tone: "plain", text: t("clinical_alone") });
  if (verdict.clinical === "none") list.push({ tone: "plain", text: t("clinical_none") });
  const best = verdict.best?.kind ?? "clinical";
  list.push(...use_baseline_sentences(endpoint.against_baselines, best === "clinical" || best === "radiomics" ? ["radiomics"] : ["radiomics", best]));
  const elsewhere = endpoint.leave_one_centre_out?.models.find((m) => m.kind === best && !m.harmonised && m.refused === null);
  if (elsewhere && elsewhere.overall.value !== null) {
    list.push({ tone: "plain", text: t("across_centres", { metric: metric(elsewhere.overall.metric), e: estimate(elsewhere.overall) }) });
  }
  if (verdict.few !== null) {
    list.push({ tone: "warn", text: t(endpoint.type === "binary" ? "few_events" : "few_survival_events", { n: count(verdict.few) }) });
  }
  for (const m of endpoint.models) {
    if (m.refused !== null) list.push({ tone: "warn", text: t("model_refused", { kind: kind(m.kind), reason: pick(m.refused) }) });
  }
  if (verdict.too_good) list.push({ tone: "warn", text: t("too_good") });
  return list;
}

function Card({ endpoint }: { endpoint: Endpoint }) {
  const { t, pick, metric, kind } = use_words();
  const verdict = judge(endpoint);
  const sentences = use_sentences(endpoint, verdict);
  const models = usable_models(endpoint);
  const best = verdict.best;
  return (
    <article class={endpoint.refused !== null ? "card off" : endpoint.primary ? "card primary" : "card"}>
      <h3><a href={`#endpoint-${endpoint.id}`}>{pick(endpoint.label)}</a>{endpoint.primary && <span class="badge">{t("primary")}</span>}</h3>
      <p class="quiet small">
        {t("patients_n", { n: count(endpoint.n) })} · {t("events_n", { n: count(endpoint.events) })}
        {endpoint.prevalence !== null && ` (${percent(endpoint.prevalence)})`}{endpoint.at && ` · ${endpoint.at}`}
      </p>
      {endpoint.refused !== null && <p class="refused"><strong>{t("sentence", { text: t("not_modelled") })}</strong> {pick(endpoint.refused)}</p>}
      {endpoint.refused === null && best === null && <p class="quiet">{t("no_models")}</p>}
      {endpoint.refused === null && best !== null && (
        <>
          <p class="headline">
            <span class="quiet">{metric(best.internal.metric)}</span> <strong class="num">{estimate(best.internal)}</strong>
          </p>
          <p class="small which">
            <KindName kind={best.kind} />{verdict.compared > 1 && <span class="quiet"> · {t("highest_model", { n: verdict.compared })}</span>}
          </p>
          <ForestChart
            compact best={null} axis_label={metric(best.internal.metric)}
            rows={models.map((m) => ({ label: unique_label(models, m, kind(m.kind)), look: kKindLooks[m.kind], estimate: m.internal }))}
          />
          <Sentences sentences={sentences} />
        </>
      )}
    </article>
  );
}

/** The kind's name, with the model's id where two models are of one kind. */
export function unique_label(models: { id: string; kind: string }[], model: { id: string; kind: string }, name: string): string {
  return models.filter((m) => m.kind === model.kind).length > 1 ? `${name} ${model.id}` : name;
}

export function SummarySection({ study, endpoints }: { study: Study; endpoints: Endpoint[] }) {
  const { t } = use_words();
  const { cohort, cases } = study;
  const n = cohort.centres.length;
  const centres = n === 1 ? t("centres_1") : t("centres_n", { n });
  return (
    <Section id="summary" title={t("summary")}>
      <p class="lead">
        {t("summary_lead", { patients: count(cohort.patients), centres, imaged: count(cohort.imaged), extracted: count(cohort.extracted) })}
        {cases.failed.length > 0 && <> <a href="#cases">{t("summary_failed", { n: cases.failed.length })}</a></>}
      </p>
      {endpoints.length > 0 && <p class="how">{t("summary_how")}</p>}
      <div class="cards">{endpoints.map((e) => <Card key={e.id} endpoint={e} />)}</div>
    </Section>
  );
}
