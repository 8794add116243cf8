import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { kKindLabels, kMetricLabels, translate } from "./i18n.ts";
import type { Language, MessageKey, Values } from "./i18n.ts";
import type { Kind, Metric, RiskName, Text } from "./study.ts";

export const LanguageContext = createContext<Language>("en");

export type Words = {
  language: Language;
  t: (key: MessageKey, values?: Values) => string;
  pick: (text: Text) => string;
  kind: (kind: Kind) => string;
  metric: (metric: Metric) => string;
  risk: (name: string) => string;
  risk_short: (name: string) => string;
};

const is_risk = (name: string): name is RiskName => name === "low" || name === "medium" || name === "high";

/** The texts of the page in its present language. */
export function use_words(): Words {
  const language = useContext(LanguageContext);
  const t: Words["t"] = (key, values) => translate(language, key, values);
  return {
    language,
    t,
    pick: (text) => text[language],
    kind: (kind) => kKindLabels[kind][language],
    metric: (metric) => kMetricLabels[metric][language],
    risk: (name) => (is_risk(name) ? t(`risk_${name}`) : name),
    risk_short: (name) => (is_risk(name) ? t(`short_${name}`) : name),
  };
}
