import { beyond, level_of, status_of } from "../images.ts";
import type { AbsentImage, ImageMeasure, ImageQuality, MeasureInfo, OpenChoice } from "../images.ts";
import { use_words } from "../language.tsx";
import { Judge } from "./commands.tsx";
import { Thumbnail } from "./large.tsx";
import { limit_text, unit_words, with_unit } from "./measures.tsx";
import { Decision, JudgeImage, StatusName } from "./quality_card.tsx";

export type Case = {
  patient: string;
  centre: string;
  images: Map<string, ImageQuality>;
  open: Map<string, OpenChoice>;
  absent: Map<string, AbsentImage>;
};

type Role = { id: string; label: string };

function CaseImage({ role, image, views }: { role: Role; image: ImageQuality; views: { png: string; title: string; caption: string }[] }) {
  const { t, pick } = use_words();
  const status = status_of(image);
  return (
    <article class={`case-image ${status}`}>
      <Thumbnail picture={image.picture} name={`${image.patient}, ${role.label}`} views={views} />
      <h5>{role.label}</h5>
      <p class="one-line"><StatusName status={status} /> {image.used === false && <small class="quiet">{t("im_not_used")}</small>}</p>
      {image.reasons.length > 0 && <ul class="reasons">{image.reasons.map((r, i) => <li key={`${r.id} ${i}`}>{pick(r.text)}</li>)}</ul>}
      <Decision image={image} />
      <JudgeImage image={image} />
    </article>
  );
}

function CaseGap({ role, open, absent, show_open }: { role: Role; open: OpenChoice | undefined; absent: AbsentImage | undefined; show_open: (role: string) => void }) {
  const { t, pick } = use_words();
  return (
    <article class={open ? "case-image waiting" : "case-image"}>
      <div class="picture none">{t(open ? "im_mark_open" : "im_mark_absent")}</div>
      <h5>{role.label}</h5>
      {open && <p class="small">{pick(open.why)} <a href="#decide" onClick={() => show_open(role.id)}>{t("im_to_candidates")}</a></p>}
      {open && <Judge title={t("im_none_fits")} commands={[{ command: open.command_none, name: "im_copy_none" }]} />}
      {!open && absent && <p class="small quiet">{pick(absent.why)}</p>}
    </article>
  );
}

/** Measures down, images across: what was measured over from where it counts; beyond a limit in colour. */
function CaseMeasures({ roles, images, infos }: { roles: Role[]; images: Map<string, ImageQuality>; infos: MeasureInfo[] }) {
  const { t, pick } = use_words();
  const found = (role: Role, id: string) => images.get(role.id)?.measures.find((m) => m.id === id);
  const rows = infos.filter((info) => roles.some((role) => found(role, info.id)));
  if (rows.length === 0) return null;
  const cell = (m: ImageMeasure | undefined, unit: string) => {
    if (!m) return null;
    if (m.value === null) return <span class="quiet" title={m.reason ? pick(m.reason) : undefined}>{t("undefined_value")}</span>;
    return <><strong class="num">{with_unit(m.value, unit)}</strong><small class="quiet block">{limit_text(t, m, unit)}</small></>;
  };
  return (
    <div class="scroll" tabIndex={0}>
      <table class="case-measures">
        <thead><tr><th scope="col">{t("im_measures")}</th>{roles.map((r) => <th key={r.id} scope="col">{r.label}</th>)}</tr></thead>
        <tbody>
          {rows.map((info) => (
            <tr key={info.id}>
              <th scope="row" title={pick(info.what)}>{pick(info.label)}</th>
              {roles.map((r) => {
                const m = found(r, info.id);
                return <td key={r.id} class={m && beyond(m) ? `level-${level_of(m)}` : undefined}>{cell(m, unit_words(info.unit, pick))}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One patient: every image, what is wrong with it, the measures of all, and the commands that say what an eye saw. */
export function CaseView({ of, roles, infos, show_open }: { of: Case; roles: Role[]; infos: MeasureInfo[]; show_open: (role: string) => void }) {
  const views = roles.flatMap((r) => {
    const picture = of.images.get(r.id)?.picture;
    return picture ? [{ role: r.id, png: picture.png, title: r.label, caption: of.patient }] : [];
  });
  const from = (role: string) => [...views.filter((v) => v.role === role), ...views.filter((v) => v.role !== role)];
  return (
    <div class="case">
      <div class="case-images">
        {roles.map((r) => {
          const image = of.images.get(r.id);
          return image ? <CaseImage key={r.id} role={r} image={image} views={from(r.id)} />
            : <CaseGap key={r.id} role={r} open={of.open.get(r.id)} absent={of.absent.get(r.id)} show_open={show_open} />;
        })}
      </div>
      <CaseMeasures roles={roles.filter((r) => of.images.has(r.id))} images={of.images} infos={infos} />
    </div>
  );
}
