import { difference, p_value } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Comparison } from "../study.ts";
import { side } from "../verdict.ts";
import { Cell, KindName, Value } from "./parts.tsx";

export function ComparisonTable({ comparisons }: { comparisons: Comparison[] }) {
  const { t, kind } = use_words();
  const reading = (c: Comparison) => {
    const where = side(c);
    return where === "unclear" ? t("reading_unclear") : t("reading_higher", { kind: kind(where === "better" ? c.a : c.b) });
  };
  return (
    <>
      <h3>{t("comparisons")}</h3>
      <p class="how">{t("comparisons_how")}</p>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">{t("comparison")}</th><th scope="col">{t("difference")}</th><th scope="col">{t("p")}</th>
            <th scope="col" class="left">{t("reading")}</th>
          </tr>
        </thead>
        <tbody>
          {comparisons.map((c) => (
            <tr key={`${c.a} ${c.b}`}>
              <th scope="row"><KindName kind={c.a} /> <span class="quiet">−</span> <KindName kind={c.b} /></th>
              <Cell label={t("difference")}><Value text={difference(c.difference, c.lower, c.upper, t("to"))} /></Cell>
              <Cell label={t("p")}><Value text={p_value(c.p)} /></Cell>
              <Cell label={t("reading")} left>{c.difference === null ? "" : reading(c)}</Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
