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
    <article class={pair.same_patient || pair.kind === "alike" ? "pair" : "pair two-patients"}>
      <p>
        <strong>{t(`im_${pair.kind}`)}</strong>
        {pair.kind !== "exact" && pair.similarity !== null && <span class="quiet num"> {t("im_similarity", { x: fixed(pair.similarity, 3) })}</span>}
        <span class={pair.same_patient || pair.kind === "alike" ? "block quiet" : "block warning"}>{t(pair.same_patient ? "im_one_patient" : centres ? "im_two_centres" : "im_two_patients")}</span>
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

function Pairs({ pairs, role_name }: { pairs: Duplicate[]; role_name: (id: string) => string }) {
  const { shown, button } = use_more(pairs, 12);
  return (
    <>
      <div class="pairs">{shown.map((d, i) => <Pair key={i} pair={d} role_name={role_name} />)}</div>
      {button}
    </>
  );
}

/** The same image twice; and, apart from these, pairs that are only alike. */
export function Duplicates({ duplicates, alike, role_name }: { duplicates: Duplicate[]; alike: Duplicate[]; role_name: (id: string) => string }) {
  const { t } = use_words();
  return (
    <>
      {duplicates.length === 0 ? <p class="quiet">{t("im_no_duplicates")}</p> : (
        <>
          <p class="how">{t("im_duplicates_how")}</p>
          <Pairs pairs={sort_duplicates(duplicates)} role_name={role_name} />
        </>
      )}
      {alike.length > 0 && (
        <>
          <h3>{t("im_alike_pairs")}</h3>
          <p class="how">{t("im_alike_how")}</p>
          <Pairs pairs={alike} role_name={role_name} />
        </>
      )}
    </>
  );
}
