import * as Plot from "@observablehq/plot";
import { estimate, fixed } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Estimate, Num } from "../study.ts";
import { PlotFigure } from "./figure.tsx";
import { kGrid, kInk, kQuiet } from "./palette.ts";
import type { Look } from "./palette.ts";

export type ForestRow = { label: string; look: Look; estimate: Estimate };

/** Axis that holds every limit, chance, and the best possible value, in steps of 0.1. */
export function forest_domain(rows: ForestRow[], best: Num): [number, number] {
  const used = [0.5, best, ...rows.flatMap((r) => [r.estimate.value, r.estimate.lower, r.estimate.upper])]
    .filter((x): x is number => x !== null);
  const low = Math.floor(10 * Math.min(0.4, ...used) + 1e-9) / 10;
  const high = Math.ceil(10 * Math.max(0.9, ...used) - 1e-9) / 10;
  return [Math.max(0, low), Math.min(1, high)];
}

/** Room for the longest label left of the axis. */
export function label_room(rows: ForestRow[]): number {
  const width = (label: string) => [...label].reduce((sum, c) => sum + (c > "\u2e80" ? 13 : 7), 0);
  return Math.min(240, Math.max(108, 24 + Math.max(0, ...rows.map((r) => width(r.label)))));
}

/** Models side by side: estimate and 95% limits, the line of chance at 0.5, the best possible value where it is known. */
export function ForestChart({ rows, best, axis_label, compact = false }: {
  rows: ForestRow[]; best: Num; axis_label: string; compact?: boolean;
}) {
  const { t } = use_words();
  const domain = forest_domain(rows, best);
  const clamp = (x: number) => Math.min(domain[1], Math.max(domain[0], x));
  const drawn = rows.flatMap((r) => (r.estimate.value === null ? [] : [{ ...r, value: r.estimate.value }]));
  const limited = drawn.flatMap((r) => {
    const { lower, upper } = r.estimate;
    return lower === null || upper === null ? [] : [{ ...r, lower: clamp(lower), upper: clamp(upper) }];
  });
  const build = (width: number): Plot.PlotOptions => {
    const narrow = width < 460;
    const beside = !compact && !narrow, below = !compact && narrow;
    const ticks = narrow ? 4 : 6;
    const labels = { y: "label", frameAnchor: "left", textAnchor: "end", dx: -10, fill: kInk } as const;
    const near_right = best !== null && best > domain[0] + 0.7 * (domain[1] - domain[0]);
    return {
      marginLeft: below ? Math.max(126, label_room(rows)) : compact ? 96 : label_room(rows),
      marginRight: beside ? 122 : 16,
      marginTop: compact ? 6 : 40,
      marginBottom: compact ? 24 : 40,
      height: (compact ? 30 : 80) + (compact ? 22 : narrow ? 46 : 34) * rows.length,
      x: { domain, label: compact ? null : axis_label, labelAnchor: "center", labelArrow: "none", ticks, tickFormat: (x: number) => x.toFixed(1) },
      y: { domain: rows.map((r) => r.label), axis: null, type: "band" },
      marks: [
        Plot.gridX({ stroke: kGrid, strokeOpacity: 1, ticks }),
        Plot.ruleX([0.5], { stroke: kQuiet, strokeDasharray: "4,4" }),
        ...(best === null ? [] : [Plot.ruleX([best], { stroke: kInk, strokeDasharray: "1,3", strokeWidth: 1.5 })]),
        ...(compact ? [] : [Plot.text([0.5], { x: (x) => x, text: () => t("chance"), frameAnchor: "top", dy: -12, fill: kQuiet, fontSize: 12 })]),
        ...(compact || best === null ? [] : [Plot.text([best], {
          x: (x) => x, text: () => `${t("best")} ${fixed(best)}`, frameAnchor: "top", dy: -28, fill: kQuiet, fontSize: 12,
          textAnchor: near_right ? "end" : "middle", dx: near_right ? 14 : 0,
        })]),
        ...limited.map((r) => Plot.ruleY([r], { y: "label", x1: "lower", x2: "upper", stroke: r.look.colour, strokeWidth: compact ? 2 : 2.5 })),
        ...drawn.map((r) => Plot.dot([r], {
          x: "value", y: "label", r: compact ? 4 : 5.5, symbol: r.look.symbol, fill: r.look.colour, stroke: "white", strokeWidth: 1,
        })),
        Plot.text(rows, { ...labels, text: "label", dy: below ? -8 : 0 }),
        ...(below ? [Plot.text(rows, { ...labels, text: (r: ForestRow) => estimate(r.estimate), dy: 9, fontVariant: "tabular-nums" })] : []),
        ...(beside ? [Plot.text(rows, {
          y: "label", text: (r: ForestRow) => estimate(r.estimate), frameAnchor: "right", dx: 8, textAnchor: "start",
          fill: kInk, fontVariant: "tabular-nums",
        })] : []),
      ],
    };
  };
  return <PlotFigure build={build} print_width={compact ? 300 : 630} label={rows.map((r) => `${r.label} ${estimate(r.estimate)}`).join("; ")} />;
}
