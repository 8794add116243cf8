import { CalibrationChart } from "../charts/calibration.tsx";
import { Figure } from "../charts/figure.tsx";
import { ForestChart } from "../charts/forest.tsx";
import { KaplanMeierChart } from "../charts/kaplan_meier.tsx";
import { kKindLooks, risk_look } from "../charts/palette.ts";
import { RocChart } from "../charts/roc.tsx";
import { StabilityChart } from "../charts/stability.tsx";
import { count, estimate, fixed, p_phrase, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Words } from "../language.tsx";
import type { Endpoint, KaplanMeier, Model } from "../study.ts";
import { usable_models } from "../verdict.ts";
import { BestPossibleFigure } from "./best_possible.tsx";
import { CentresPart, HarmonisationPart } from "./centres.tsx";
import { ComparisonTable } from "./comparisons.tsx";
import { MissingImages } from "./missing_images.tsx";
import { ModelTable } from "./models.tsx";
import { Notes, Section, Sentences } from "./parts.tsx";
import { RobustnessTable } from "./robustness.tsx";
import { SampleSizeTable } from "./sample_size.tsx";
import { unique_label, use_baseline_sentences } from "./summary.tsx";
import { Suspects } from "./suspects.tsx";

function median_words(km: KaplanMeier, t: Words["t"]): string {
  return km.median === null ? t("not_reached") : estimate({ value: km.median, lower: km.median_lower, upper: km.median_upper }, 0);
}

function Facts({ endpoint }: { endpoint: Endpoint }) {
  const { t } = use_words();
  const facts: [string, string][] = [
    [t("fact_patients"), count(endpoint.n)],
    [t("fact_events"), count(endpoint.events)],
    ...(endpoint.prevalence !== null ? [[t("fact_prevalence"), percent(endpoint.prevalence)] as [string, string]] : []),
    ...(endpoint.overall_km ? [[t("fact_median"), median_words(endpoint.overall_km, t)] as [string, string]] : []),
    ...([["fact_unknown", endpoint.unknown], ["fd_competing", endpoint.competing]] as const).filter(([, n]) => n !== null)
      .map(([key, n]) => [t(key), count(n)] as [string, string]),
    ...([["fd_contradictory", endpoint.contradictory], ["fd_not_at_risk", endpoint.not_at_risk]] as const).filter(([, n]) => n)
      .map(([key, n]) => [t(key), count(n)] as [string, string]),
  ];
  return <dl class="facts-row">{facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd class="num">{value}</dd></div>)}</dl>;
}

function Charts({ endpoint, models, name }: { endpoint: Endpoint; models: Model[]; name: (m: Model) => string }) {
  const { t, risk, risk_short } = use_words();
  const with_roc = models.filter((m) => m.roc.length > 0);
  const overall = endpoint.overall_km;
  return (
    <div class="figures">
      {with_roc.length > 0 && (
        <Figure title={t("roc")} how={t("roc_how")}>
          <RocChart series={with_roc.map((m) => ({ label: name(m), look: kKindLooks[m.kind], roc: m.roc, auc: m.pooled }))} />
        </Figure>
      )}
      {overall && overall.time.length > 0 && (
        <Figure title={t("km_overall")} how={t("km_overall_how")}>
          <KaplanMeierChart series={[{ label: t("km_overall"), look: risk_look(""), km: overall, value: t("median_survival", { m: median_words(overall, t) }) }]} />
        </Figure>
      )}
      {models.filter((m) => m.risk_groups.some((g) => g.km.time.length > 0)).map((m) => (
        <Figure key={`km ${m.id}`} title={t("labelled", { label: t("km_groups"), text: name(m) })} how={t("km_how")}>
          <KaplanMeierChart
            series={m.risk_groups.map((g) => ({
              label: risk(g.name), short: risk_short(g.name), look: risk_look(g.name), km: g.km, value: `n = ${count(g.n)}, ${t("events_n", { n: count(g.events) })}`,
            }))}
          />
          {m.logrank_p !== null && <p class="chart-note num">{t("logrank", { p: p_phrase(m.logrank_p) })}</p>}
        </Figure>
      ))}
      {models.filter((m) => m.calibration.length > 0).map((m) => (
        <Figure key={`calibration ${m.id}`} title={t("labelled", { label: t("calibration"), text: name(m) })} how={t("calibration_how")}>
          <CalibrationChart look={kKindLooks[m.kind]} bins={m.calibration} histogram={m.predicted_histogram} />
          <p class="chart-note num">
            <span>{t("slope")} {fixed(m.calibration_slope)}</span><span>{t("in_the_large")} {fixed(m.calibration_in_the_large)}</span>
            <span>{t("brier")} {fixed(m.brier, 3)}</span>
          </p>
        </Figure>
      ))}
      {models.filter((m) => m.stability.length > 0).map((m) => (
        <Figure key={`stability ${m.id}`} title={t("labelled", { label: t("stability"), text: name(m) })} how={t("stability_how")}>
          <StabilityChart features={m.stability} look={kKindLooks[m.kind]} />
        </Figure>
      ))}
    </div>
  );
}

export function EndpointSection({ endpoint, synthetic }: { endpoint: Endpoint; synthetic: boolean }) {
  const { t, pick, kind, metric } = use_words();
  const models = usable_models(endpoint);
  const name = (m: Model) => unique_label(endpoint.models, m, kind(m.kind));
  const at = endpoint.at === "P0" || endpoint.at === "P1" || endpoint.at === "P2" ? t(`at_${endpoint.at}`) : "";
  const sentences = use_baseline_sentences(endpoint.against_baselines, models.map((m) => m.kind));
  const compared = [...endpoint.comparisons, ...endpoint.against_baselines];
  const measure = models[0] ? metric(models[0].internal.metric) : "";
  const title = (
    <>{pick(endpoint.label)} <span class={endpoint.primary ? "badge" : "badge soft"}>{endpoint.primary ? t("primary") : t("secondary")}</span></>
  );
  return (
    <Section id={`endpoint-${endpoint.id}`} title={title}>
      <p class="how">{t(endpoint.type === "binary" ? "type_binary" : endpoint.competing === null ? "type_survival" : "type_competing")}{at && ` · ${t("labelled", { label: endpoint.at, text: at })}`}</p>
      {synthetic && <p class="synthetic-line">{t("synthetic")}</p>}
      <Facts endpoint={endpoint} />
      {endpoint.competing !== null && <p class="small">{t("cause_specific")}</p>}
      {endpoint.refused !== null && <div class="refusal"><strong>{t("refused_title")}</strong><p>{pick(endpoint.refused)}</p></div>}
      {endpoint.refused === null && endpoint.models.length === 0 && <p class="quiet">{t("no_models")}</p>}
      <Suspects suspects={endpoint.suspects} />
      {endpoint.models.length > 0 && (
        <>
          <h3>{t("models")}</h3>
          <p class="how">{t("models_how")}</p>
          <ModelTable endpoint={endpoint} name={name} />
        </>
      )}
      {models.length > 0 && (
        <Figure wide title={t("forest")} how={t("forest_how", { chance: "0.5" })}>
          <ForestChart
            axis_label={measure} best={endpoint.best_possible?.value ?? null}
            rows={[
              ...models.map((m) => ({ label: name(m), look: kKindLooks[m.kind], estimate: m.internal })),
              ...endpoint.baselines.filter((b) => b.refused === null).map((b) => ({ label: kind(b.kind), look: kKindLooks[b.kind], estimate: b.internal })),
            ]}
          />
        </Figure>
      )}
      <Sentences sentences={sentences} />
      {compared.length > 0 && <ComparisonTable comparisons={compared} />}
      <SampleSizeTable endpoint={endpoint} />
      {endpoint.leave_one_centre_out && <CentresPart endpoint={endpoint} left_out={endpoint.leave_one_centre_out} />}
      <HarmonisationPart endpoint={endpoint} />
      <Charts endpoint={endpoint} models={models} name={name} />
      {models.filter((m) => m.kind === "deep").map((m) => <MissingImages key={m.id} model={m} />)}
      {endpoint.robustness && <RobustnessTable measured={endpoint.robustness.measured} dropped={endpoint.robustness.dropped} />}
      {endpoint.best_possible && <BestPossibleFigure best={endpoint.best_possible} />}
      <Notes notes={endpoint.models.flatMap((m) => m.notes.map((note) => t("labelled", { label: name(m), text: pick(note) })))} />
    </Section>
  );
}
