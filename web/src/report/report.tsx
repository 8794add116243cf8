import { Fragment } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { choose_language, make_hash, section_of } from "../i18n.ts";
import type { Language } from "../i18n.ts";
import { LanguageContext, use_words } from "../language.tsx";
import type { Study } from "../study.ts";
import { CasesSection } from "./cases.tsx";
import { CohortSection } from "./cohort.tsx";
import { EndpointSection } from "./endpoint.tsx";
import { GlossarySection } from "./glossary.tsx";
import { ImagesSection } from "./images.tsx";
import { ProvenanceSection } from "./provenance.tsx";
import { SummarySection } from "./summary.tsx";
import { Header, Strip } from "./top.tsx";

type Entry = { id: string; label: string; children?: Entry[] };

function Contents({ entries, current }: { entries: Entry[]; current: string }) {
  const { t } = use_words();
  const links = (list: Entry[]) => (
    <ul>
      {list.map((e) => (
        <li key={e.id}>
          <a href={`#${e.id}`} class={e.id === current ? "current" : undefined}>{e.label}</a>
          {e.children && links(e.children)}
        </li>
      ))}
    </ul>
  );
  return <nav class="contents" aria-label={t("contents")}><h2>{t("contents")}</h2>{links(entries)}</nav>;
}

function Page({ study, set_language }: { study: Study; set_language: (language: Language) => void }) {
  const { t, pick, language } = use_words();
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
  const current = use_current_section(entries.flatMap((e) => e.children ?? [e]).map((e) => e.id));

  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const target = link?.getAttribute("href");
    if (!target?.startsWith("#")) return;
    event.preventDefault();
    history.replaceState(null, "", make_hash(target.slice(1), language));
    document.getElementById(target.slice(1))?.scrollIntoView();
  };

  return (
    <div class="page" onClick={follow}>
      <Strip synthetic={study.study.synthetic} set_language={set_language} />
      <div class="columns">
        <Contents entries={entries} current={current} />
        <main>
          <Header study={study} />
          <SummarySection study={study} endpoints={endpoints} />
          <CohortSection study={study} endpoints={endpoints} />
          <CasesSection cases={study.cases} />
          {endpoints.map((e) => <Fragment key={e.id}><EndpointSection endpoint={e} synthetic={study.study.synthetic} /></Fragment>)}
          {study.thumbnails.length > 0 && <ImagesSection thumbnails={study.thumbnails} centres={centres} />}
          <GlossarySection />
          <ProvenanceSection study={study} />
          <footer>
            <span>{t("research_use")}</span>{study.study.synthetic && <span>{t("synthetic")}</span>}
          </footer>
        </main>
      </div>
    </div>
  );
}

/** The section at the top of the window, for the table of contents. */
function use_current_section(ids: string[]): string {
  const [current, set_current] = useState("");
  const key = ids.join(" ");
  useEffect(() => {
    const update = () => {
      const above = ids.filter((id) => (document.getElementById(id)?.getBoundingClientRect().top ?? Infinity) < 140);
      set_current(above.at(-1) ?? ids[0] ?? "");
    };
    update();
    addEventListener("scroll", update, { passive: true });
    return () => removeEventListener("scroll", update);
  }, [key]);
  return current;
}

/** The study report: one page, two languages, nothing fetched. */
export function Report({ study, start }: { study: Study; start?: Language }) {
  const [language, set_language] = useState<Language>(
    () => start ?? choose_language(location.hash, location.search, navigator.language));

  const choose = (next: Language) => {
    set_language(next);
    history.replaceState(null, "", make_hash(section_of(location.hash), next));
  };

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = `${study.study.title[language]} · larc`;
  }, [language, study]);

  useEffect(() => {
    const to_section = () => document.getElementById(section_of(location.hash))?.scrollIntoView();
    const on_hash = () => {
      set_language(choose_language(location.hash, location.search, navigator.language));
      to_section();
    };
    const timer = setTimeout(to_section, 150);
    addEventListener("hashchange", on_hash);
    return () => {
      clearTimeout(timer);
      removeEventListener("hashchange", on_hash);
    };
  }, []);

  return (
    <LanguageContext.Provider value={language}>
      <Page study={study} set_language={choose} />
    </LanguageContext.Provider>
  );
}
