// One look per model kind everywhere. Hues after Okabe and Ito 2008, darkened for thin lines on white; dash and symbol repeat what the hue says.
import type { Kind, RiskName } from "../study.ts";

export type Look = { colour: string; dash: string; symbol: "circle" | "square" | "triangle" | "diamond" };

export const kKindLooks: Record<Kind, Look> = {
  clinical: { colour: "#0072b2", dash: "none", symbol: "circle" },
  radiomics: { colour: "#d55e00", dash: "7,3", symbol: "square" },
  deep: { colour: "#00866a", dash: "2,3", symbol: "triangle" },
  combined: { colour: "#1b1f24", dash: "none", symbol: "diamond" },
  volume: { colour: "#6b7785", dash: "4,3", symbol: "triangle" },
  "clinical+radiomics": { colour: "#8a6d3b", dash: "8,2,2,2", symbol: "square" },
  random: { colour: "#93a0ac", dash: "1,3", symbol: "circle" },
};

const kRiskLooks: Record<RiskName, Look> = {
  low: { colour: "#3a8fc7", dash: "none", symbol: "circle" },
  medium: { colour: "#a67c00", dash: "6,3", symbol: "square" },
  high: { colour: "#a3195b", dash: "none", symbol: "diamond" },
};

const kOther: Look = { colour: "#46586a", dash: "none", symbol: "circle" };

export const kInk = "#1b2733";
export const kQuiet = "#687786";
export const kGrid = "#dfe6ec";

export function risk_look(name: string): Look {
  return name === "low" || name === "medium" || name === "high" ? kRiskLooks[name] : kOther;
}
