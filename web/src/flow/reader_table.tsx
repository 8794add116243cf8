import { count, count_of, estimate } from "../format.ts";
import type { ReaderAgreement } from "../flow.ts";
import { use_words } from "../language.tsx";
import { Cell, Value } from "../report/parts.tsx";

export function ReaderTable({ readers }: { readers: ReaderAgreement[] }) {
  const { t, pick } = use_words();
  return (
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">{t("variable")}</th><th scope="col">{t("measure")}</th><th scope="col">{t("agreement")}</th><th scope="col">{t("read_twice")}</th>
          <th scope="col">{t("equal")}</th><th scope="col">{t("without_consensus")}</th>
        </tr>
      </thead>
      <tbody>
        {readers.map((r) => (
          <tr key={r.variable}>
            <th scope="row">{pick(r.label)}</th>
            <Cell label={t("measure")}>{t(`measure_${r.measure}`)}</Cell>
            <Cell label={t("agreement")}><Value text={estimate(r.estimate)} notes={r.reason ? [r.reason] : []} /></Cell>
            <Cell label={t("read_twice")}><Value text={count(r.n)} /></Cell>
            <Cell label={t("equal")}><Value text={count_of(r.equal, r.n)} /></Cell>
            <Cell label={t("without_consensus")}><Value text={count(r.without_consensus)} /></Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
