import { count, fixed, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { FragileFeature, Num } from "../study.ts";
import { Cell, use_shortened, Value } from "./parts.tsx";

const kShown = 10;

export function RobustnessTable({ measured, dropped }: { measured: Num; dropped: FragileFeature[] }) {
  const { t, pick } = use_words();
  const { shown, button } = use_shortened(dropped, kShown);
  return (
    <>
      <h3>{t("robustness")}</h3>
      <p class="how">{t("robustness_how", { dropped: dropped.length, measured: count(measured) })}</p>
      {dropped.length > 0 && (
        <table class="stack">
          <thead><tr><th scope="col">{t("feature")}</th><th scope="col">{t("icc")}</th><th scope="col">{t("dropped_in")}</th></tr></thead>
          <tbody>
            {shown.map((f) => (
              <tr key={f.feature}>
                <th scope="row">{pick(f.label)}<small class="quiet block">{f.feature}</small></th>
                <Cell label={t("icc")}><Value text={fixed(f.icc)} /> <small class="quiet">{t("minimum", { x: fixed(f.minimum_icc) })}</small></Cell>
                <Cell label={t("dropped_in")}><Value text={percent(f.dropped_fraction)} /></Cell>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {button}
    </>
  );
}
