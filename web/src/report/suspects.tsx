import { use_words } from "../language.tsx";
import type { Suspect } from "../study.ts";

/** Clinical predictors that the scan before any figure named, worst first. */
export function Suspects({ suspects }: { suspects: Suspect[] }) {
  const { t, pick } = use_words();
  if (suspects.length === 0) return null;
  const sorted = [...suspects].sort((a, b) => Number(b.gives_outcome_away) - Number(a.gives_outcome_away));
  return (
    <div class={suspects.some((s) => s.gives_outcome_away) ? "refusal" : "notes"}>
      <strong>{t("suspects")}</strong>
      <p class="small">{t("suspects_how")}</p>
      <ul>
        {sorted.map((s) => (
          <li key={`${s.column} ${pick(s.reason)}`}>
            {t("labelled", { label: pick(s.label), text: pick(s.reason) })}
            {s.gives_outcome_away && <strong> · {t("suspect_leak")}</strong>}
          </li>
        ))}
      </ul>
    </div>
  );
}
