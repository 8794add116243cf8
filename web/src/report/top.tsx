import { count } from "../format.ts";
import type { Language } from "../i18n.ts";
import { use_words } from "../language.tsx";
import type { Study } from "../study.ts";

/** The strip that stays at the top of the window and of every printed page. */
export function Strip({ synthetic, set_language }: { synthetic: boolean; set_language: (language: Language) => void }) {
  const { t, language } = use_words();
  const button = (code: Language, label: string) => (
    <button type="button" lang={code === "zh" ? "zh-Hans" : "en"} aria-pressed={language === code} onClick={() => set_language(code)}>{label}</button>
  );
  return (
    <div class={synthetic ? "strip synthetic" : "strip"}>
      <p>
        <strong class="research">{t("research_use")}</strong>
        {synthetic && <span class="synthetic-words">{t("synthetic")}</span>}
      </p>
      <div class="tools" role="group" aria-label={t("language_switch")}>
        {button("en", "English")}{button("zh", "简体中文")}
        <button type="button" class="print" onClick={() => print()}>{t("print")}</button>
      </div>
    </div>
  );
}

export function Header({ study }: { study: Study }) {
  const { t, pick } = use_words();
  const { cohort } = study;
  const centres = cohort.centres.length;
  const description = pick(study.study.description);
  return (
    <header class="title" id="top">
      <p class="overline">{t("report_kind")} · larc {study.provenance.larc.version}</p>
      <h1>{pick(study.study.title)}</h1>
      {description && <p class="lead">{description}</p>}
      <p class="facts">
        {study.study.id && <span>{t("study_id")} <code>{study.study.id}</code></span>}
        {cohort.patients !== null && <span>{t("patients_n", { n: count(cohort.patients) })}</span>}
        {centres > 0 && <span>{centres === 1 ? t("centres_1") : t("centres_n", { n: centres })}</span>}
      </p>
    </header>
  );
}
