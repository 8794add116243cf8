import { use_words } from "../language.tsx";
import type { Study } from "../study.ts";
import { Notes, Section, Value } from "./parts.tsx";

function Hash({ value }: { value: string }) {
  return value === "" ? <Value text="—" /> : <code>{value}</code>;
}

export function ProvenanceSection({ study }: { study: Study }) {
  const { t, pick } = use_words();
  const p = study.provenance;
  return (
    <Section id="provenance" title={t("provenance")} lead={t("provenance_how")}>
      <table class="facts-table">
        <tbody>
          <tr><th scope="row">{t("version")}</th><td>{p.larc.version || "—"}</td></tr>
          <tr><th scope="row">{t("commit")}</th><td><Hash value={p.larc.commit} /></td></tr>
          <tr><th scope="row">{t("libraries")}</th><td>{p.libraries.map((l) => `${l.name} ${l.version}`).join(", ") || "—"}</td></tr>
          <tr><th scope="row">{t("seed")}</th><td>{p.seed ?? "—"}</td></tr>
          <tr><th scope="row">{t("protocol_hash")}</th><td><Hash value={p.protocol_hash} /></td></tr>
          <tr><th scope="row">{t("data_hash")}</th><td><Hash value={p.data_hash} /></td></tr>
          <tr><th scope="row">{t("schema")}</th><td><code>{study.schema}</code></td></tr>
        </tbody>
      </table>
      {p.settings !== null && <details><summary>{t("settings")}</summary><pre>{JSON.stringify(p.settings, null, 2)}</pre></details>}
      <Notes notes={study.notes.map(pick)} />
    </Section>
  );
}
