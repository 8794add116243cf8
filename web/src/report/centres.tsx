import { Figure } from "../charts/figure.tsx";
import { ForestChart } from "../charts/forest.tsx";
import type { ForestRow } from "../charts/forest.tsx";
import { kKindLooks } from "../charts/palette.ts";
import { count, difference, estimate, p_value } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Endpoint, Harmonised, LeftOut, LeftOutModel } from "../study.ts";
import { side } from "../verdict.ts";
import { Cell, KindName, Notes, Sentences, Value } from "./parts.tsx";
import { use_baseline_sentences } from "./summary.tsx";

/** The model whose centres are drawn: the first that stands there with harmonisation too, otherwise the first from images. */
export function drawn_models(models: LeftOutModel[]): LeftOutModel[] {
  const usable = models.filter((m) => m.refused === null && m.overall.value !== null);
  const kind = usable.find((m) => m.harmonised)?.kind ?? usable.find((m) => m.kind === "radiomics" || m.kind === "combined")?.kind;
  return usable.filter((m) => m.kind === kind);
}

function CentreForest({ left_out, measure }: { left_out: LeftOut; measure: string }) {
  const { t, kind } = use_words();
  const models = drawn_models(left_out.models), first = models[0];
  if (!first) return null;
  const row = (m: LeftOutModel, label: string, e: ForestRow["estimate"]): ForestRow => ({
    label: m.harmonised ? t("harmonised_short", { label }) : label, estimate: e,
    look: m.harmonised ? { ...kKindLooks[m.kind], colour: "#8a5a9e", symbol: "diamond" } : kKindLooks[m.kind],
  });
  const rows = [
    ...models.map((m) => row(m, t("overall"), m.overall)),
    ...left_out.centres.flatMap((c) => models.flatMap((m) => {
      const found = m.centres.find((x) => x.centre === c.id);
      return found ? [row(m, c.id, found.estimate)] : [];
    })),
  ];
  return (
    <Figure wide title={t("by_centre", { kind: kind(first.kind) })} how={t("forest_how", { chance: "0.5" })}>
      <ForestChart rows={rows} best={null} axis_label={measure} />
    </Figure>
  );
}

function CentreTable({ left_out, measure }: { left_out: LeftOut; measure: string }) {
  const { t, pick, kind } = use_words();
  return (
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">{t("model")}</th><th scope="col">{t("all_centres")}<small class="quiet block">{measure} (95%)</small></th>
          {left_out.centres.map((c) => (
            <th scope="col" key={c.id}>{c.id}<small class="quiet block">{t("centre_size", { n: count(c.n), e: count(c.events) })}</small></th>
          ))}
        </tr>
      </thead>
      <tbody>
        {left_out.models.map((m) => (
          <tr key={`${m.kind} ${m.harmonised}`}>
            <th scope="row"><KindName kind={m.kind} name={m.harmonised ? t("harmonised", { kind: kind(m.kind) }) : undefined} /></th>
            {m.refused !== null
              ? <td class="refused left" colSpan={left_out.centres.length + 1}>{pick(m.refused)}</td>
              : (
                <>
                  <Cell label={t("all_centres")}><strong><Value text={estimate(m.overall)} notes={m.notes} /></strong></Cell>
                  {m.centres.map((c) => (
                    <Cell key={c.centre} label={c.centre}><Value text={estimate(c.estimate)} notes={c.note === null ? [] : [c.note]} /></Cell>
                  ))}
                </>
              )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function CentresPart({ endpoint, left_out }: { endpoint: Endpoint; left_out: LeftOut }) {
  const { t, pick, kind, metric } = use_words();
  const measure = metric(left_out.models[0]?.overall.metric ?? (endpoint.type === "binary" ? "auc" : "c_harrell"));
  const sentences = use_baseline_sentences(left_out.against, ["radiomics", "combined"]);
  const notes = left_out.models.flatMap((m) => m.notes.map((note) => t("labelled", {
    label: m.harmonised ? t("harmonised", { kind: kind(m.kind) }) : kind(m.kind), text: pick(note),
  })));
  return (
    <>
      <h3>{t("centres_out")}</h3>
      <p class="how">{t("centres_out_how")}</p>
      {left_out.without_centre !== null && left_out.without_centre > 0 && <p class="how">{t("without_centre", { n: count(left_out.without_centre) })}</p>}
      <CentreTable left_out={left_out} measure={measure} />
      <CentreForest left_out={left_out} measure={measure} />
      <Sentences sentences={sentences} />
      <Notes notes={notes} />
    </>
  );
}

/** Models with and without ComBat, in the cross-validation and on left-out centres. */
export function HarmonisationPart({ endpoint }: { endpoint: Endpoint }) {
  const { t, pick } = use_words();
  const left_out = endpoint.leave_one_centre_out;
  const overall = (h: Harmonised, harmonised: boolean) =>
    left_out?.models.find((m) => m.kind === h.kind && m.harmonised === harmonised)?.overall ?? { value: null, lower: null, upper: null };
  const rows = [
    ...endpoint.harmonisation.map((h) => ({ ...h, where: t("in_folds") })),
    ...(left_out?.harmonisation ?? []).map((h) => ({ ...h, with: overall(h, true), without: overall(h, false), where: t("in_centres") })),
  ];
  if (rows.length === 0) return null;
  const reading = (h: Harmonised) => t(side(h) === "better" ? "harmonisation_better" : side(h) === "worse" ? "harmonisation_worse" : "reading_unclear");
  return (
    <>
      <h3>{t("harmonisation")}</h3>
      <p class="how">{t("harmonisation_how")}</p>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">{t("model")}</th><th scope="col" class="left">{t("judged_in")}</th><th scope="col">{t("without")}</th><th scope="col">{t("with")}</th>
            <th scope="col">{t("difference")}</th><th scope="col">{t("p")}</th><th scope="col" class="left">{t("reading")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((h) => (
            <tr key={`${h.kind} ${h.where}`}>
              <th scope="row"><KindName kind={h.kind} /></th>
              <Cell label={t("judged_in")} left>{h.where}</Cell>
              {h.refused !== null && <td class="refused left" colSpan={5}>{pick(h.refused)}</td>}
              {h.refused === null && (
                <>
                  <Cell label={t("without")}><Value text={estimate(h.without)} /></Cell>
                  <Cell label={t("with")}><Value text={estimate(h.with)} /></Cell>
                  <Cell label={t("difference")}><Value text={difference(h.difference, h.lower, h.upper, t("to"))} /></Cell>
                  <Cell label={t("p")}><Value text={p_value(h.p)} /></Cell>
                  <Cell label={t("reading")} left>{h.difference === null ? "" : reading(h)}</Cell>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
