import * as Plot from "@observablehq/plot";
import { count, percent, range } from "../format.ts";
import { use_words } from "../language.tsx";
import type { CalibrationBin, HistogramBin } from "../study.ts";
import { PlotFigure } from "./figure.tsx";
import { kGrid, kQuiet } from "./palette.ts";
import type { Look } from "./palette.ts";

const clamp = (x: number) => Math.min(1, Math.max(0, x));

/** Upper end of both axes: the next tenth above everything drawn, 1 when most of the range is used. */
export function calibration_limit(bins: CalibrationBin[], histogram: HistogramBin[]): number {
  const used = [
    ...bins.flatMap((b) => [b.predicted, b.observed ?? 0, b.upper ?? 0]),
    ...histogram.filter((h) => h.n > 0).map((h) => h.upper),
  ];
  const top = Math.ceil(10 * Math.max(0.2, ...used) - 1e-9) / 10;
  return top > 0.7 ? 1 : top;
}

/** Observed against predicted risk in bins with limits, the diagonal, and below it how many patients got which prediction. */
export function CalibrationChart({ look, bins, histogram }: { look: Look; bins: CalibrationBin[]; histogram: HistogramBin[] }) {
  const { t } = use_words();
  const top = calibration_limit(bins, histogram);
  const points = bins.flatMap((b) => (b.observed === null ? [] : [{ ...b, observed: b.observed }]));
  const limits = points.flatMap((b) => (b.lower === null || b.upper === null ? [] : [{ ...b, lower: clamp(b.lower), upper: clamp(b.upper) }]));
  const margins = { marginLeft: 62, marginRight: 14 };
  const share = (x: number) => percent(x);

  const upper = (width: number): Plot.PlotOptions => ({
    ...margins, marginTop: 10, marginBottom: 26,
    height: Math.min(width, 380) - 20,
    x: { domain: [0, top], label: null, ticks: 5, tickFormat: share },
    y: { domain: [0, top], label: t("calibration_y"), labelAnchor: "center", labelArrow: "none", labelOffset: 54, ticks: 5, tickFormat: share },
    marks: [
      Plot.gridX({ stroke: kGrid, strokeOpacity: 1, ticks: 5 }),
      Plot.gridY({ stroke: kGrid, strokeOpacity: 1, ticks: 5 }),
      Plot.line([[0, 0], [top, top]], { stroke: kQuiet, strokeDasharray: "4,4", strokeWidth: 1 }),
      Plot.ruleX(limits, { x: "predicted", y1: "lower", y2: "upper", stroke: look.colour, strokeWidth: 1.5 }),
      Plot.dot(points, {
        x: "predicted", y: "observed", r: 5, symbol: look.symbol, fill: look.colour, stroke: "white", strokeWidth: 1,
        title: (b: (typeof points)[number]) =>
          `${percent(b.predicted)} → ${percent(b.observed)} (${range(b.lower, b.upper)}), n = ${count(b.n)}`,
      }),
    ],
  });
  const lower = (): Plot.PlotOptions => ({
    ...margins, marginTop: 6, marginBottom: 30, height: 88,
    x: { domain: [0, top], label: t("calibration_x"), labelAnchor: "center", labelArrow: "none", ticks: 0, labelOffset: 22 },
    y: { label: "n", labelAnchor: "top", labelArrow: "none", ticks: 2 },
    marks: [
      Plot.rectY(histogram.filter((h) => h.n > 0), { x1: "lower", x2: "upper", y: "n", fill: look.colour, fillOpacity: 0.45, inset: 0.5 }),
      Plot.ruleY([0], { stroke: kQuiet }),
    ],
  });
  return (
    <>
      <PlotFigure build={upper} label={t("calibration")} max_width={460} />
      {histogram.some((h) => h.n > 0) && <PlotFigure build={lower} label={t("calibration_x")} max_width={460} />}
    </>
  );
}
