import { useState } from "preact/hooks";
import { count } from "../format.ts";
import { status_of } from "../images.ts";
import type { Images } from "../images.ts";
import type { Language } from "../i18n.ts";
import { use_words } from "../language.tsx";
import { Frame, InLanguage } from "../report/frame.tsx";
import type { Entry } from "../report/frame.tsx";
import { Section, Sentences } from "../report/parts.tsx";
import type { Sentence } from "../report/parts.tsx";
import { Duplicates } from "./duplicates.tsx";
import { WithReader } from "./commands.tsx";
import { WithLarge } from "./large.tsx";
import { case_of } from "./matrix.tsx";
import { OpenChoices } from "./open_choices.tsx";
import { kNoFilter, Quality } from "./quality.tsx";
import { RoleTable } from "./role_table.tsx";
import { SeriesTable } from "./series_table.tsx";
import { WarningTable } from "./warning_table.tsx";

function Header({ images }: { images: Images }) {
  const { t, pick } = use_words();
  const doubtful = images.quality.filter((q) => status_of(q) === "doubtful").length;
  const chosen = images.roles.some((r) => r.present !== null) ? images.roles.reduce((n, r) => n + (r.present ?? 0), 0) : images.quality.length;
  const strangers = images.duplicates.filter((d) => !d.same_patient).length;
  const waiting = ([["im_open_n", images.open.length], ["im_doubtful_n", doubtful], ["im_duplicates_n", strangers]] as const).filter(([, n]) => n > 0);
  const sentences: Sentence[] = waiting.length > 0
    ? waiting.map(([key, n]) => ({ tone: "warn", text: t(key, { n: count(n) }) })) : [{ tone: "good", text: t("im_nothing_waits") }];
  return (
    <header class="title" id="top">
      <p class="overline">{t("im_kind")} · larc {images.version}</p>
      <h1>{pick(images.title)}</h1>
      <p class="lead">{t("im_lead", { images: count(chosen), patients: count(images.patients) })}</p>
      <Sentences sentences={sentences} />
      <p class="facts">
        {images.id && <span>{t("study_id")} <code>{images.id}</code></span>}
        {images.limits && <span>{t("im_limits", { text: pick(images.limits.learned_on), n: count(images.limits.n) })}</span>}
      </p>
    </header>
  );
}

function Page({ images, set_language }: { images: Images; set_language: (language: Language) => void }) {
  const { t, pick } = use_words();
  const [open_role, set_open_role] = useState("");
  const [filter, set_filter] = useState(() => ({ ...kNoFilter, patient: typeof location === "undefined" ? "" : case_of(location.hash) }));
  const labels = new Map([...images.quality, ...images.open].map((x) => [x.role, x.label]));
  for (const role of images.roles) labels.set(role.id, role.label);
  const role_name = (id: string) => {
    const label = labels.get(id);
    return label ? pick(label) : id;
  };
  const named = { role_name, role_order: images.roles.map((r) => r.id) };
  const numbered = (label: string, n: number) => (n > 0 ? `${label} (${count(n)})` : label);
  const entries: Entry[] = [
    { id: "found", label: t("im_found") },
    { id: "decide", label: numbered(t("im_decide"), images.open.length) },
    { id: "quality", label: numbered(t("im_quality"), images.quality.filter((q) => status_of(q) !== "ok").length) },
    { id: "duplicates", label: numbered(t("im_duplicates"), images.duplicates.length) },
    { id: "warnings", label: numbered(t("im_warnings"), images.warnings.length) },
    { id: "series", label: t("im_series") },
  ];
  return (
    <Frame synthetic={images.synthetic} entries={entries} set_language={set_language}>
      <Header images={images} />
      <Section id="found" title={t("im_found")} lead={t("im_found_how")}>
        <RoleTable roles={images.roles} show_quality={(role, status) => set_filter({ ...kNoFilter, role, status })} show_open={set_open_role} />
      </Section>
      <Section id="decide" title={t("im_decide")}><OpenChoices open={images.open} role={open_role} set_role={set_open_role} {...named} /></Section>
      <Section id="quality" title={t("im_quality")}><Quality images={images} filter={filter} set_filter={set_filter} show_open={set_open_role} {...named} /></Section>
      <Section id="duplicates" title={t("im_duplicates")}><Duplicates duplicates={images.duplicates} alike={images.alike} role_name={role_name} /></Section>
      <Section id="warnings" title={t("im_warnings")}><WarningTable warnings={images.warnings} role_name={role_name} /></Section>
      <Section id="series" title={t("im_series")}><SeriesTable series={images.series} {...named} /></Section>
    </Frame>
  );
}

/** What images a study has, which need a person, and why: one page, two languages, nothing fetched. */
export function ImagesPage({ images, start }: { images: Images; start?: Language }) {
  return <InLanguage title={images.title} start={start}>{(choose) => <WithReader><WithLarge><Page images={images} set_language={choose} /></WithLarge></WithReader>}</InLanguage>;
}
