import { difference, estimate } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Model } from "../study.ts";
import { Cell, Value } from "./parts.tsx";

/** What a network reaches without a sequence, or without an examination. */
export function MissingImages({ model }: { model: Model }) {
  const { t, metric } = use_words();
  if (model.missing_images.length === 0) return null;
  const measure = `${metric(model.internal.metric)} (95%)`;
  return (
    <>
      <h3>{t("missing_images")}</h3>
      <p class="how">{t("missing_images_how")}</p>
      <table class="stack">
        <thead>
          <tr><th scope="col">{t("without_image")}</th><th scope="col">{measure}</th><th scope="col">{t("against_all_images")}</th></tr>
        </thead>
        <tbody>
          {model.missing_images.map((m) => (
            <tr key={m.without}>
              <th scope="row">{m.without}</th>
              <Cell label={measure}><Value text={estimate(m.value)} /></Cell>
              <Cell label={t("against_all_images")}>
                <Value text={difference(m.difference.value, m.difference.lower, m.difference.upper, t("to"))} />
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
