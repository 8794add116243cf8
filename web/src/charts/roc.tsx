import * as Plot from "@observablehq/plot";
import { estimate } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Estimate, RocPoint } from "../study.ts";
import { PlotFigure } from "./figure.tsx";
import { Legend } from "./legend.tsx";
import { kGrid, kQuiet } from "./palette.ts";
import type { Look } from "./palette.ts";

export type RocSeries = { label: string; look: Look; roc: RocPoint[]; auc: Estimate };

/** A curve from (0, 0) to (1, 1) in drawing order, whatever the order and ends of the document's points. */
export function complete_roc(points: RocPoint[]): RocPoint[] {
  const sorted = [...points].sort((a, b) => a.fpr - b.fpr || a.tpr - b.tpr);
  return [{ fpr: 0, tpr: 0 }, ...sorted, { fpr: 1, tpr: 1 }];
}

/** ROC curves of several models, with their AUC in the legend. */
export function RocChart({ series }: { series: RocSeries[] }) {
  const { t, metric } = use_words();
  const build = (width: number): Plot.PlotOptions => ({
    height: Math.min(width, 420) + 16,
    marginLeft: 54, marginBottom: 44, marginTop: 10, marginRight: 12,
    x: { domain: [0, 1], label: t("roc_x"), labelAnchor: "center", labelArrow: "none", ticks: 5 },
    y: { domain: [0, 1], label: t("roc_y"), labelAnchor: "center", labelArrow: "none", labelOffset: 48, ticks: 5 },
    marks: [
      Plot.gridX({ stroke: kGrid, strokeOpacity: 1, ticks: 5 }),
      Plot.gridY({ stroke: kGrid, strokeOpacity: 1, ticks: 5 }),
      Plot.line([[0, 0], [1, 1]], { stroke: kQuiet, strokeDasharray: "4,4", strokeWidth: 1 }),
      ...series.map((s) => Plot.line(complete_roc(s.roc), {
        x: "fpr", y: "tpr", stroke: s.look.colour, strokeWidth: 2.25, strokeDasharray: s.look.dash, strokeLinejoin: "round",
      })),
    ],
  });
  return (
    <>
      <PlotFigure build={build} label={t("roc")} max_width={460} />
      <Legend items={series.map((s) => ({ look: s.look, label: s.label, value: `${metric("auc")} ${estimate(s.auc)}` }))} />
    </>
  );
}
