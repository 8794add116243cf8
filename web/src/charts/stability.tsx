import * as Plot from "@observablehq/plot";
import { percent, signed } from "../format.ts";
import { use_words } from "../language.tsx";
import type { StableFeature } from "../study.ts";
import { PlotFigure } from "./figure.tsx";
import { kInk } from "./palette.ts";
import type { Look } from "./palette.ts";

/** Long names are cut in the middle of the chart's width; the whole name is in the tooltip. */
export function shorten(name: string, width: number): string {
  const units = [...name].map((c) => (c > "\u2e80" ? 13 : 6.6));
  let used = 0;
  const cut = units.findIndex((u) => (used += u) > width);
  return cut < 0 ? name : `${[...name].slice(0, Math.max(1, cut - 1)).join("")}…`;
}

/** How often each feature was chosen in the refits: name above its bar, so that it reads on a phone too. */
export function StabilityChart({ features, look, most = 12 }: { features: StableFeature[]; look: Look; most?: number }) {
  const { t, pick } = use_words();
  const rows = [...features]
    .filter((f) => f.selected_fraction !== null)
    .sort((a, b) => (b.selected_fraction ?? 0) - (a.selected_fraction ?? 0) || a.feature.localeCompare(b.feature, "en"))
    .slice(0, most);
  const value = (f: StableFeature) => {
    const sign = f.mean_coefficient === null ? "" : f.mean_coefficient > 0 ? "  +" : f.mean_coefficient < 0 ? "  −" : "";
    return `${percent(f.selected_fraction)}${sign}`;
  };
  const title = (f: StableFeature) =>
    `${pick(f.label)}\n${f.feature}${f.group ? ` · ${f.group}` : ""}\n${percent(f.selected_fraction)}, β ${signed(f.mean_coefficient)}`;

  const build = (width: number): Plot.PlotOptions => ({
    marginLeft: 2, marginRight: 66, marginTop: 4, marginBottom: 38,
    height: 42 + 36 * rows.length,
    x: { domain: [0, 1], label: t("stability_x"), labelAnchor: "center", labelArrow: "none", ticks: 5, tickFormat: (x: number) => percent(x) },
    y: { domain: rows.map((f) => f.feature), axis: null, type: "band", padding: 0 },
    marks: [
      Plot.barX(rows, { x: 1, y: "feature", insetTop: 21, insetBottom: 5, fill: "#eef2f5", title }),
      Plot.barX(rows, { x: "selected_fraction", y: "feature", insetTop: 21, insetBottom: 5, fill: look.colour, fillOpacity: 0.85, title }),
      Plot.text(rows, {
        y: "feature", frameAnchor: "left", textAnchor: "start", dy: -8, fill: kInk,
        text: (f: StableFeature) => shorten(pick(f.label), width - 10), title,
      }),
      Plot.text(rows, {
        y: "feature", frameAnchor: "right", textAnchor: "start", dx: 8, dy: 10, text: value, fill: kInk, fontVariant: "tabular-nums",
      }),
    ],
  });
  return <PlotFigure build={build} label={t("stability")} max_width={720} />;
}
