import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { choose_language, make_hash, section_of } from "../i18n.ts";
import type { Language } from "../i18n.ts";
import { LanguageContext, use_words } from "../language.tsx";
import type { Text } from "../study.ts";
import { Strip } from "./top.tsx";

export type Entry = { id: string; label: string; children?: Entry[] };

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

/** Strip, table of contents, sections and footer of any page. */
export function Frame({ synthetic, entries, set_language, children }: {
  synthetic: boolean; entries: Entry[]; set_language: (language: Language) => void; children: ComponentChildren;
}) {
  const { t, language } = use_words();
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
      <Strip synthetic={synthetic} set_language={set_language} />
      <div class="columns">
        <Contents entries={entries} current={current} />
        <main>
          {children}
          <footer>
            <span>{t("research_use")}</span>{synthetic && <span>{t("synthetic")}</span>}
          </footer>
        </main>
      </div>
    </div>
  );
}

/** A page in the language of the address, which follows it and the buttons of the strip. */
export function InLanguage({ title, start, children }: {
  title: Text; start?: Language | undefined; children: (set_language: (language: Language) => void) => ComponentChildren;
}) {
  const [language, set_language] = useState<Language>(
    () => start ?? choose_language(location.hash, location.search, navigator.language));

  const choose = (next: Language) => {
    set_language(next);
    history.replaceState(null, "", make_hash(section_of(location.hash), next));
  };

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = `${title[language]} · larc`;
  }, [language, title]);

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

  return <LanguageContext.Provider value={language}>{children(choose)}</LanguageContext.Provider>;
}
