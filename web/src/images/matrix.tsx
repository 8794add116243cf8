import { useEffect, useRef, useState } from "preact/hooks";
import { kStatuses, status_of } from "../images.ts";
import type { ImageQuality, MeasureInfo, OpenChoice } from "../images.ts";
import { use_words } from "../language.tsx";
import { use_more } from "../report/parts.tsx";
import type { Spread } from "./measures.tsx";
import { kStatusMarks, QualityCard } from "./quality_card.tsx";

function Inspect({ image, infos, spread, close }: { image: ImageQuality; infos: MeasureInfo[]; spread: Spread; close: () => void }) {
  const { t } = use_words();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="inspect" aria-label={image.patient} onClose={close} onClick={(e) => e.target === dialog.current && dialog.current?.close()}>
      <p><button type="button" onClick={() => dialog.current?.close()}>{t("close")}</button></p>
      <QualityCard image={image} infos={infos} spread={spread} opened />
    </dialog>
  );
}

export type MatrixRow = { patient: string; centre: string; images: Map<string, ImageQuality>; open: Set<string> };

/** One row a patient, in order; of two images in one place the worse. */
export function matrix_rows(quality: ImageQuality[], open: OpenChoice[]): MatrixRow[] {
  const rows = new Map<string, MatrixRow>();
  const row_of = ({ patient, centre }: { patient: string; centre: string }) => {
    const row = rows.get(patient) ?? { patient, centre, images: new Map<string, ImageQuality>(), open: new Set<string>() };
    rows.set(patient, row);
    return row;
  };
  for (const image of quality) {
    const { images } = row_of(image), before = images.get(image.role);
    if (!before || kStatuses.indexOf(status_of(image)) < kStatuses.indexOf(status_of(before))) images.set(image.role, image);
  }
  for (const choice of open) row_of(choice).open.add(choice.role);
  return [...rows.values()].sort((a, b) => (a.patient < b.patient ? -1 : a.patient > b.patient ? 1 : 0));
}

/** Patients down, kinds of image across: a mark for each image, which opens it. */
export function Matrix({ quality, open, roles, infos, spread, filter_key, show_open }: {
  quality: ImageQuality[]; open: OpenChoice[]; roles: { id: string; label: string }[]; infos: MeasureInfo[]; spread: Spread; filter_key: string; show_open: (role: string) => void;
}) {
  const { t } = use_words();
  const [inspected, set_inspected] = useState<ImageQuality | null>(null);
  const columns = roles.filter((r) => [...quality, ...open].some((x) => x.role === r.id));
  const { shown, button } = use_more(matrix_rows(quality, open), 40, filter_key);
  return (
    <>
      <p class="how">{t("im_matrix_how")}</p>
      <ul class="legend marks">
        {kStatuses.map((s) => <li key={s}><span class={`mark ${s}`} aria-hidden="true">{kStatusMarks[s]}</span> {t(`im_status_${s}`)}</li>)}
        <li><span class="mark open" aria-hidden="true">?</span> {t("im_mark_open")}</li>
        <li><span class="mark" aria-hidden="true">·</span> {t("im_mark_absent")}</li>
      </ul>
      <div class="scroll" tabIndex={0}>
        <table class="matrix">
          <thead>
            <tr><th scope="col">{t("patient")}</th><th scope="col">{t("centre")}</th>{columns.map((r) => <th key={r.id} scope="col">{r.label}</th>)}</tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.patient}>
                <th scope="row"><code>{row.patient}</code></th>
                <td>{row.centre}</td>
                {columns.map((r) => {
                  const image = row.images.get(r.id);
                  if (!image && row.open.has(r.id)) return <td key={r.id}><a class="mark open" href="#decide" aria-label={t("im_mark_open")} onClick={() => show_open(r.id)}>?</a></td>;
                  if (!image) return <td key={r.id}><span class="mark" role="img" aria-label={t("im_mark_absent")}>·</span></td>;
                  const status = status_of(image), name = `${row.patient}, ${r.label}: ${t(`im_status_${status}`)}`;
                  return <td key={r.id}><button type="button" class={`mark ${status}`} title={name} aria-label={name} onClick={() => set_inspected(image)}>{kStatusMarks[status]}</button></td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {button}
      {inspected && <Inspect image={inspected} infos={infos} spread={spread} close={() => set_inspected(null)} />}
    </>
  );
}
