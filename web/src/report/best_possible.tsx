import { Figure } from "../charts/figure.tsx";
import { kKindLooks } from "../charts/palette.ts";
import { fixed, percent } from "../format.ts";
import { use_words } from "../language.tsx";
import type { BestPossible } from "../study.ts";
import { KindName } from "./parts.tsx";

/** How far of the way from chance to the best possible value each model came; only synthetic outcomes have such a value. */
export function BestPossibleFigure({ best }: { best: BestPossible }) {
  const { t, metric } = use_words();
  if (best.value === null) return null;
  return (
    <Figure wide title={t("best_possible")} how={t("best_possible_how", { metric: metric(best.metric), value: fixed(best.value) })}>
      <ul class="reached">
        {best.reached.map(({ kind, fraction }) => (
          <li key={kind}>
            <KindName kind={kind} />
            <span class="track">
              <span style={{ width: `${100 * Math.min(1, Math.max(0, fraction ?? 0))}%`, background: kKindLooks[kind].colour }} />
            </span>
            <span class="num">{percent(fraction)}</span>
          </li>
        ))}
      </ul>
    </Figure>
  );
}
