import type { Look } from "./palette.ts";

const kSymbols = {
  circle: "M4.5,0A4.5,4.5,0,1,1,-4.5,0A4.5,4.5,0,1,1,4.5,0Z",
  square: "M-4,-4H4V4H-4Z",
  triangle: "M0,-5L5,4H-5Z",
  diamond: "M0,-5.5L4.5,0L0,5.5L-4.5,0Z",
};

export function Swatch({ look, shape = "line" }: { look: Look; shape?: "line" | "symbol" }) {
  return (
    <svg class="swatch" width={shape === "line" ? 26 : 14} height="14" viewBox={shape === "line" ? "-13 -7 26 14" : "-7 -7 14 14"} aria-hidden="true">
      {shape === "line"
        ? <line x1="-13" x2="13" y1="0" y2="0" stroke={look.colour} stroke-width="2.5" stroke-dasharray={look.dash} />
        : <path d={kSymbols[look.symbol]} fill={look.colour} />}
    </svg>
  );
}

export function Legend({ items }: { items: { look: Look; label: string; value?: string }[] }) {
  return (
    <ul class="legend">
      {items.map((item) => (
        <li key={item.label}>
          <Swatch look={item.look} /> <span>{item.label}</span> {item.value && <span class="num quiet">{item.value}</span>}
        </li>
      ))}
    </ul>
  );
}
