import type { ImageWarning } from "../images.ts";
import { use_words } from "../language.tsx";
import { Cell, use_more } from "../report/parts.tsx";

export function WarningTable({ warnings, role_name }: { warnings: ImageWarning[]; role_name: (id: string) => string }) {
  const { t, pick } = use_words();
  const { shown, button } = use_more(warnings, 30);
  if (warnings.length === 0) return <p class="quiet">{t("im_no_warnings")}</p>;
  return (
    <>
      <p class="how">{t("im_warnings_how")}</p>
      <table class="stack words">
        <thead><tr><th scope="col">{t("patient")}</th><th scope="col">{t("im_role")}</th><th scope="col">{t("what")}</th></tr></thead>
        <tbody>
          {shown.map((w, i) => (
            <tr key={i}>
              <th scope="row"><code>{w.patient}</code></th>
              <Cell label={t("im_role")} left>{role_name(w.role)}</Cell>
              <Cell label={t("what")} left>{pick(w.text)}{w.series && <small class="quiet block"><code>{w.series}</code></small>}</Cell>
            </tr>
          ))}
        </tbody>
      </table>
      {button}
    </>
  );
}
