import { useMemo } from "preact/hooks";
import { kStatuses, status_of } from "../images.ts";
import type { ImageQuality, Images, Status } from "../images.ts";
import { use_words } from "../language.tsx";
import { use_more } from "../report/parts.tsx";
import { ReaderFields } from "./commands.tsx";
import { contains, options_of, Search, Select } from "./filters.tsx";
import { Matrix } from "./matrix.tsx";
import { spread_of } from "./measures.tsx";
import { QualityCard } from "./quality_card.tsx";

export type QualityFilter = { role: string; centre: string; status: Status | ""; patient: string };
export const kNoFilter: QualityFilter = { role: "", centre: "", status: "", patient: "" };

const in_place = (x: { role: string; centre: string; patient: string }, f: QualityFilter) =>
  (f.role === "" || x.role === f.role) && (f.centre === "" || x.centre === f.centre) && contains(x.patient, f.patient);

export function filter_quality(quality: ImageQuality[], f: QualityFilter): ImageQuality[] {
  return quality.filter((q) => in_place(q, f) && (f.status === "" || status_of(q) === f.status));
}

/** Images that need an eye: undecided doubt first, then exclusions, then what a person kept. */
export function sort_cards(quality: ImageQuality[]): ImageQuality[] {
  const cards = quality.filter((q) => status_of(q) !== "ok");
  return cards.sort((a, b) => kStatuses.indexOf(status_of(a)) - kStatuses.indexOf(status_of(b)) || (a.patient < b.patient ? -1 : a.patient > b.patient ? 1 : 0));
}

export function Quality({ images, filter, set_filter, show_open, role_name, role_order }: {
  images: Images; filter: QualityFilter; set_filter: (filter: QualityFilter) => void; show_open: (role: string) => void; role_name: (id: string) => string; role_order: string[];
}) {
  const { t } = use_words();
  const { quality } = images;
  const spread = useMemo(() => spread_of(quality), [quality]);
  const kept = filter_quality(quality, filter), key = Object.values(filter).join("\n");
  const cards = sort_cards(kept);
  const { shown, button } = use_more(cards, 12, key);
  if (quality.length === 0) return <p class="quiet">{t("im_no_images")}</p>;
  const in_role = filter_quality(quality, { ...filter, status: "" });
  const roles = options_of(quality, (q) => q.role, role_name, role_order);
  const columns = options_of([...quality, ...images.open], (x) => x.role, role_name, role_order).map((r) => ({ id: r.value, label: r.label }));
  return (
    <>
      <p class="how">{t("im_quality_how")}</p>
      <ReaderFields />
      <p class="filters">
        <Select name={t("im_role")} all={t("im_all_roles")} value={filter.role} options={roles} choose={(role) => set_filter({ ...filter, role })} />
        <Select name={t("centre")} all={t("all_centres_filter")} value={filter.centre} options={options_of(quality, (q) => q.centre, (c) => c)} choose={(centre) => set_filter({ ...filter, centre })} />
        <Select name={t("im_verdict")} all={t("im_all_verdicts")} value={filter.status} options={options_of(in_role, status_of, (s) => t(`im_status_${s as Status}`), kStatuses)}
          choose={(status) => set_filter({ ...filter, status: kStatuses.find((s) => s === status) ?? "" })} />
        <Search name={t("im_find_patient")} value={filter.patient} choose={(patient) => set_filter({ ...filter, patient })} />
      </p>
      {kept.length === 0 && <p class="quiet">{t("im_none_match")}</p>}
      {kept.length > 0 && cards.length === 0 && filter.status === "" && <p class="quiet">{t("im_none_bad")}</p>}
      <div class="image-cards">
        {shown.map((image) => <QualityCard key={`${image.patient} ${image.role}`} image={image} infos={images.measures} spread={spread} />)}
      </div>
      {button}
      {kept.length > 0 && (filter.status === "" || filter.status === "ok") && (
        <>
          <h3>{t("im_matrix")}</h3>
          <Matrix quality={kept} open={filter.status === "" ? images.open.filter((c) => in_place(c, filter)) : []}
            absent={filter.status === "" ? images.absent.filter((x) => in_place(x, filter)) : []} roles={columns} infos={images.measures} spread={spread} filter_key={key} show_open={show_open} />
        </>
      )}
    </>
  );
}
