import { fixed } from "../format.ts";
import type { Duplicate, ImagePlace, Picture } from "../images.ts";
import { use_words } from "../language.tsx";
import { use_more } from "../report/parts.tsx";
import { Thumbnail } from "./large.tsx";

/** Under two patient numbers first, the identical before the near. */
export function sort_duplicates(duplicates: Duplicate[]): Duplicate[] {
  return [...duplicates].sort((a, b) => Number(a.same_patient) - Number(b.same_patient) || Number(a.kind === "near") - Number(b.kind === "near"));
}

function Pair({ pair, role_name }: { pair: Duplicate; role_name: (id: string) => string }) {
  const { t } = use_words();
  const caption = (p: ImagePlace) => [role_name(p.role), p.centre].filter((s) => s !== "").join(" · ");
  const sides: [ImagePlace, Picture | null][] = [[pair.first, pair.pictures[0]], [pair.second, pair.pictures[1]]];
  const views = sides.flatMap(([p, picture]) => (picture ? [{ png: picture.png, title: p.patient, caption: caption(p) }] : []));
  const centres = pair.first.centre !== "" && pair.second.centre !== "" && pair.first.centre !== pair.second.centre;
  return (
    <article class={pair.same_patient ? "pair" : "pair two-patients"}>
      <p>
        <strong>{t(`im_${pair.kind}`)}</strong>
        {pair.kind === "near" && pair.similarity !== null && <span class="quiet num"> {t("im_similarity", { x: fixed(pair.similarity, 3) })}</span>}
        <span class={pair.same_patient ? "block quiet" : "block warning"}>{t(pair.same_patient ? "im_one_patient" : centres ? "im_two_centres" : "im_two_patients")}</span>
      </p>
      <div class="pair-pictures">
        {sides.map(([p, picture], i) => (
          <figure key={i}>
            <Thumbnail picture={picture} name={`${p.patient}, ${caption(p)}`} views={views} />
            <figcaption><code>{p.patient}</code><span>{caption(p)}</span></figcaption>
          </figure>
        ))}
      </div>
    </article>
  );
}

export function Duplicates({ duplicates, role_name }: { duplicates: Duplicate[]; role_name: (id: string) => string }) {
  const { t } = use_words();
  const { shown, button } = use_more(sort_duplicates(duplicates), 12);
  if (duplicates.length === 0) return <p class="quiet">{t("im_no_duplicates")}</p>;
  return (
    <>
      <p class="how">{t("im_duplicates_how")}</p>
      <div class="pairs">{shown.map((d, i) => <Pair key={i} pair={d} role_name={role_name} />)}</div>
      {button}
    </>
  );
}
