import * as Plot from "@observablehq/plot";
import { count, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { KaplanMeier, Num } from "../study.ts";
import { at_risk_table, axis_ticks, curve_rows, last_time } from "./kaplan_meier_rows.ts";
import { PlotFigure } from "./figure.tsx";
import { Legend } from "./legend.tsx";
import { kGrid, kInk, kQuiet } from "./palette.ts";
import type { Look } from "./palette.ts";

export type KmSeries = { label: string; look: Look; km: KaplanMeier; value?: string; short?: string };

/** Survival step curves with confidence bands; below them the numbers at risk, on the same time axis. Time in months. */
export function KaplanMeierChart({ series }: { series: KmSeries[] }) {
  const { t } = use_words();
  const end = Math.max(1, ...series.map((s) => last_time(s.km)));
  const ticks_for = (width: number) => axis_ticks(series.map((s) => s.km), end, width - 94);
  const margins = { marginLeft: 72, marginRight: 22 };

  const curves = (width: number): Plot.PlotOptions => ({
    ...margins, marginTop: 10, marginBottom: 42,
    height: Math.max(205, Math.min(340, 0.68 * width)),
    x: { domain: [0, end], label: t("km_x"), labelAnchor: "center", labelArrow: "none", ticks: ticks_for(width) },
    y: { domain: [0, 1], label: t("km_y"), labelAnchor: "center", labelArrow: "none", labelOffset: 56, ticks: 5, tickFormat: (y: number) => percent(y) },
    marks: [
      Plot.gridY({ stroke: kGrid, strokeOpacity: 1, ticks: 5 }),
      ...series.map((s) => Plot.areaY(curve_rows(s.km), {
        x: "time", y1: "lower", y2: "upper", curve: "step-after", fill: s.look.colour, fillOpacity: 0.13,
      })),
      ...series.map((s) => Plot.line(curve_rows(s.km), {
        x: "time", y: "survival", curve: "step-after", stroke: s.look.colour, strokeWidth: 2.25, strokeDasharray: s.look.dash,
      })),
      Plot.ruleY([0], { stroke: kQuiet }),
    ],
  });

  const table = (width: number): Plot.PlotOptions => {
    const ticks = ticks_for(width);
    const cells = series.flatMap((s) => at_risk_table(s.km, ticks).map((c) => ({ ...c, group: s.label })));
    return {
      ...margins, marginTop: 2, marginBottom: 2, height: 4 + 20 * series.length,
      x: { domain: [0, end], axis: null },
      y: { domain: series.map((s) => s.label), axis: null, type: "band", padding: 0 },
      marks: [
        ...series.map((s) => Plot.text([s], {
          y: "label", text: () => s.short ?? "", frameAnchor: "left", dx: -70, textAnchor: "start", fill: s.look.colour, fontWeight: "bold", fontSize: 12,
        })),
        Plot.text(cells, { x: "time", y: "group", text: (c: { n: Num }) => count(c.n), fill: kInk, fontVariant: "tabular-nums" }),
      ],
    };
  };

  return (
    <>
      {series.length > 0 && (
        <Legend items={series.map((s) => ({ look: s.look, label: s.label, ...(s.value ? { value: s.value } : {}) }))} />
      )}
      <PlotFigure build={curves} label={series.map((s) => s.label).join(", ")} max_width={720} />
      {series.some((s) => s.km.at_risk.length > 0) && (
        <>
          <p class="at-risk">{t("at_risk")}</p>
          <PlotFigure build={table} label={t("at_risk")} max_width={720} />
        </>
      )}
    </>
  );
}
