import { useState } from "preact/hooks";
import { beyond, status_of } from "../images.ts";
import type { ImageQuality, MeasureInfo, Status } from "../images.ts";
import { use_words } from "../language.tsx";
import { Judge } from "./commands.tsx";
import { Thumbnail } from "./large.tsx";
import { Measures } from "./measures.tsx";
import type { Spread } from "./measures.tsx";

export const kStatusMarks: Record<Status, string> = { doubtful: "!", excluded: "✕", kept: "◆", ok: "✓" };

export function StatusName({ status }: { status: Status }) {
  const { t } = use_words();
  return <span class={`status ${status}`}><span aria-hidden="true">{kStatusMarks[status]}</span> {t(`im_status_${status}`)}</span>;
}

export function Decision({ image }: { image: ImageQuality }) {
  const { t } = use_words();
  const { decision } = image;
  if (!decision) return null;
  const who = t(decision.value === "keep" ? "im_decided_keep" : "im_decided_exclude", { by: decision.by || t("im_somebody") });
  const verdict = t(`im_status_${image.verdict === "exclude" ? "excluded" : image.verdict}`);
  return (
    <p class="decision">
      <strong>{who}</strong>{decision.recorded_at && <span class="num quiet"> {decision.recorded_at.slice(0, 10)}</span>}
      {decision.reason && <span class="block">{decision.reason}</span>}
      <small class="quiet block">{t("im_measured", { text: verdict })}</small>
    </p>
  );
}

/** Commands that keep or exclude an image; what the measures say stands for the reason to exclude until another is given. */
export function JudgeImage({ image }: { image: ImageQuality }) {
  const { t, pick } = use_words();
  const said = image.reasons.map((r) => pick(r.text)).join("; ");
  return (
    <Judge title={t("im_judge")} proposed={said} commands={[
      { command: image.commands.keep, name: "im_copy_keep" }, { command: image.commands.exclude, name: "im_copy_exclude", takes_proposed: true },
    ]} />
  );
}

/** One image: the picture, what is wrong with it in words, who decided, and the measures behind a disclosure. */
export function QualityCard({ image, infos, spread, opened = false }: { image: ImageQuality; infos: MeasureInfo[]; spread: Spread; opened?: boolean }) {
  const { t, pick } = use_words();
  const [open, set_open] = useState(opened);
  const status = status_of(image), out = image.measures.filter(beyond).length;
  const caption = [pick(image.label), image.centre].filter((s) => s !== "").join(" · ");
  const views = image.picture ? [{ png: image.picture.png, title: image.patient, caption }] : [];
  return (
    <article class={`image-card ${status}`}>
      <Thumbnail picture={image.picture} name={`${image.patient}, ${caption}`} views={views} />
      <div class="image-words">
        <p class="one-line"><StatusName status={status} /> {image.used !== null && <small class="quiet">{t(image.used ? "im_is_used" : "im_not_used")}</small>}</p>
        <h4><code>{image.patient}</code> <small class="quiet block">{caption}</small></h4>
        {image.reasons.length > 0 && <ul class="reasons">{image.reasons.map((r, i) => <li key={`${r.id} ${i}`}>{pick(r.text)}</li>)}</ul>}
        {image.reasons.length === 0 && status !== "ok" && !image.decision && <p class="small quiet">{t("im_no_reason")}</p>}
        <Decision image={image} />
        <details open={open} onToggle={(e) => set_open(e.currentTarget.open)}>
          <summary>{out > 0 ? t("im_measures_beyond", { n: out }) : t("im_measures")}</summary>
          {open && <Measures image={image} infos={infos} spread={spread} />}
        </details>
        <JudgeImage image={image} />
      </div>
    </article>
  );
}
