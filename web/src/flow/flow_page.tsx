import { FlowDiagram } from "../charts/flow_diagram.tsx";
import { count } from "../format.ts";
import type { Flow } from "../flow.ts";
import type { Language } from "../i18n.ts";
import { use_words } from "../language.tsx";
import { Frame, InLanguage } from "../report/frame.tsx";
import type { Entry } from "../report/frame.tsx";
import { Section } from "../report/parts.tsx";
import { CentreTable } from "./centre_table.tsx";
import { OutcomeTable } from "./outcome_table.tsx";
import { QueryTable } from "./query_table.tsx";
import { ReaderTable } from "./reader_table.tsx";
import { UnknownPatients } from "./unknown_patients.tsx";
import { WaiverTable } from "./waiver_table.tsx";

function Header({ flow }: { flow: Flow }) {
  const { t, pick } = use_words();
  const numbers = { patients: count(flow.patients), eligible: count(flow.eligible), excluded: count(flow.excluded), unknown: count(flow.unknown) };
  return (
    <header class="title" id="top">
      <p class="overline">{t("screening")} · larc {flow.version}</p>
      <h1>{pick(flow.title)}</h1>
      <p class="lead">
        {t("screening_lead", numbers)}
        {flow.waived ? ` ${t("screening_waived", { n: count(flow.waived) })}` : ""}
        {" "}{flow.queries.length > 0 ? t("screening_queries", { n: count(flow.queries.length) }) : t("no_queries")}
      </p>
      <p class="facts">
        {flow.id && <span>{t("study_id")} <code>{flow.id}</code></span>}
        {flow.criteria_version && <span>{t("criteria_version")} <code>{flow.criteria_version}</code></span>}
        {flow.data_cut && <span>{t("data_cut")} <span class="num">{flow.data_cut}</span></span>}
      </p>
    </header>
  );
}

function Page({ flow, set_language }: { flow: Flow; set_language: (language: Language) => void }) {
  const { t } = use_words();
  const entries: Entry[] = [
    { id: "flow", label: t("flow") },
    { id: "centres", label: t("by_centres") },
    { id: "outcomes", label: t("endpoints") },
    { id: "unknown", label: t("unknowns") },
    { id: "waivers", label: t("waivers") },
    ...(flow.readers.length > 0 ? [{ id: "readers", label: t("readers") }] : []),
    { id: "queries", label: t("queries") },
  ];
  return (
    <Frame synthetic={flow.synthetic} entries={entries} set_language={set_language}>
      <Header flow={flow} />
      <Section id="flow" title={t("flow")} lead={t("flow_how")}><FlowDiagram flow={flow} /></Section>
      <Section id="centres" title={t("by_centres")}><CentreTable flow={flow} /></Section>
      <Section id="outcomes" title={t("endpoints")} lead={t("outcomes_how")}><OutcomeTable endpoints={flow.endpoints} /></Section>
      <Section id="unknown" title={t("unknowns")}><UnknownPatients flow={flow} /></Section>
      <Section id="waivers" title={t("waivers")}><WaiverTable flow={flow} /></Section>
      {flow.readers.length > 0 && <Section id="readers" title={t("readers")} lead={t("readers_how")}><ReaderTable readers={flow.readers} /></Section>}
      <Section id="queries" title={t("queries")}><QueryTable queries={flow.queries} /></Section>
    </Frame>
  );
}

/** What screening found: one page, two languages, nothing fetched. */
export function FlowPage({ flow, start }: { flow: Flow; start?: Language }) {
  return <InLanguage title={flow.title} start={start}>{(choose) => <Page flow={flow} set_language={choose} />}</InLanguage>;
}
