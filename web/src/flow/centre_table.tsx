import { count } from "../format.ts";
import type { Flow } from "../flow.ts";
import { use_words } from "../language.tsx";
import type { Num } from "../study.ts";
import { Value } from "../report/parts.tsx";

/** Per centre: what became of its patients, and by which criterion. */
export function CentreTable({ flow }: { flow: Flow }) {
  const { t, pick } = use_words();
  const line = (key: string, label: string, total: Num, of: (c: Flow["centres"][number]) => Num, look?: string) => (
    <tr key={key} class={look}>
      <th scope="row">{label}</th>
      {flow.centres.map((c) => <td key={c.id}><Value text={count(of(c))} /></td>)}
      <td><strong><Value text={count(total)} /></strong></td>
    </tr>
  );
  const at = (c: Flow["centres"][number], id: string) => c.criteria.find((k) => k.id === id);
  return (
    <div class="scroll" tabIndex={0}>
      <table class="baseline">
        <thead>
          <tr>
            <th scope="col" />
            {flow.centres.map((c) => <th key={c.id} scope="col">{c.id || t("no_centre")}</th>)}
            <th scope="col">{t("all")}</th>
          </tr>
        </thead>
        <tbody>
          {line("patients", t("fd_imported"), flow.patients, (c) => c.patients)}
          {line("excluded", t("excluded"), flow.excluded, (c) => c.excluded, "group")}
          {flow.criteria.map((k) => line(`out ${k.id}`, `${k.id}  ${k.include ? t("fd_not_met", { text: pick(k.text) }) : pick(k.text)}`, k.excluded, (c) => at(c, k.id)?.excluded ?? null, "level"))}
          {line("unknown", t("cannot_judge"), flow.unknown, (c) => c.unknown, "group")}
          {flow.criteria.filter((k) => k.unknown).map((k) => line(`open ${k.id}`, `${k.id}  ${pick(k.text)}`, k.unknown, (c) => at(c, k.id)?.unknown ?? null, "level"))}
          {line("eligible", t("fd_eligible"), flow.eligible, (c) => c.eligible)}
          {flow.waived ? line("waived", t("fd_waived"), flow.waived, (c) => c.waived, "level") : null}
        </tbody>
      </table>
    </div>
  );
}
