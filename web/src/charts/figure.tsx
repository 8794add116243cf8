import * as Plot from "@observablehq/plot";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { use_words } from "../language.tsx";

type PlotProps = {
  /** Options for a chart of this width in CSS pixels. */
  build: (width: number) => Plot.PlotOptions;
  /** What a screen reader says. */
  label: string;
  max_width?: number;
  /** Width on paper, where the page is narrower than the window: half a column unless told. */
  print_width?: number;
};

/** Draws a Plot at the width of its place and again when the width changes. A chart that fails says why and leaves the page alone. */
export function PlotFigure({ build, label, max_width = 960, print_width = 300 }: PlotProps) {
  const { t } = use_words();
  const place = useRef<HTMLDivElement>(null);
  const [width, set_width] = useState(0);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => set_width(Math.min(max_width, Math.floor(element.clientWidth)));
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [max_width]);

  const draw = (at_width: number) => {
    const element = place.current;
    if (!element || at_width < 60) return;
    try {
      const chart = Plot.plot({
        width: at_width,
        style: { fontFamily: "inherit", fontSize: "13px", background: "transparent", overflow: "visible" },
        ariaLabel: label,
        ...build(at_width),
      });
      chart.setAttribute("role", "img");
      element.replaceChildren(chart);
    } catch (error) {
      const message = document.createElement("p");
      message.className = "chart-failed";
      message.textContent = t("chart_failed", { reason: error instanceof Error ? error.message : String(error) });
      element.replaceChildren(message);
    }
  };

  useLayoutEffect(() => {
    draw(width);
    const before = () => draw(print_width);
    const after = () => draw(width);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  });

  return <div class="plot" ref={place} />;
}

/** A titled figure with a line that says how to read it. */
export function Figure({ title, how, wide, children }: {
  title: string; how?: string | undefined; wide?: boolean; children: ComponentChildren;
}) {
  return (
    <figure class={wide ? "figure wide" : "figure"}>
      <h4>{title}</h4>
      {children}
      {how && <figcaption>{how}</figcaption>}
    </figure>
  );
}
