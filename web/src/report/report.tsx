import { Fragment } from "preact";
import { useMemo } from "preact/hooks";
import type { Language } from "../i18n.ts";
import { use_words } from "../language.tsx";
import type { Study } from "../study.ts";
import { CasesSection } from "./cases.tsx";
import { CohortSection } from "./cohort.tsx";
import { EndpointSection } from "./endpoint.tsx";
import { Frame, InLanguage } from "./frame.tsx";
import type { Entry } from "./frame.tsx";
import { GlossarySection } from "./glossary.tsx";
import { ImagesSection } from "./images.tsx";
import { ProvenanceSection } from "./provenance.tsx";
import { SummarySection } from "./summary.tsx";
import { Header } from "./top.tsx";

function Page({ study, set_language }: { study: Study; set_language: (language: Language) => void }) {
  const { t, pick } = use_words();
  const endpoints = useMemo(() => [...study.endpoints].sort((a, b) => Number(b.primary) - Number(a.primary)), [study]);
  const centres = study.cohort.centres.map((c) => c.id);
  const entries: Entry[] = [
    { id: "summary", label: t("summary") },
    { id: "cohort", label: t("cohort") },
    { id: "cases", label: t("cases") },
    ...(endpoints.length > 0
      ? [{ id: `endpoint-${endpoints[0]?.id}`, label: t("endpoints"), children: endpoints.map((e) => ({ id: `endpoint-${e.id}`, label: pick(e.label) })) }]
      : []),
    ...(study.thumbnails.length > 0 ? [{ id: "images", label: t("images") }] : []),
    { id: "glossary", label: t("glossary") },
    { id: "provenance", label: t("provenance") },
  ];
  return (
    <Frame synthetic={study.study.synthetic} entries={entries} set_language={set_language}>
      <Header study={study} />
      <SummarySection study={study} endpoints={endpoints} />
      <CohortSection study={study} endpoints={endpoints} />
      <CasesSection cases={study.cases} />
      {endpoints.map((e) => <Fragment key={e.id}><EndpointSection endpoint={e} synthetic={study.study.synthetic} /></Fragment>)}
      {study.thumbnails.length > 0 && <ImagesSection thumbnails={study.thumbnails} centres={centres} />}
      <GlossarySection />
      <ProvenanceSection study={study} />
    </Frame>
  );
}

/** The study report: one page, two languages, nothing fetched. */
export function Report({ study, start }: { study: Study; start?: Language }) {
  return <InLanguage title={study.study.title} start={start}>{(choose) => <Page study={study} set_language={choose} />}</InLanguage>;
}
