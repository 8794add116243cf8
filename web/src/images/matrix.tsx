import { useEffect, useRef, useState } from "preact/hooks";
import { kStatuses, status_of } from "../images.ts";
import type { AbsentImage, ImageQuality, MeasureInfo, OpenChoice } from "../images.ts";
import { section_of } from "../i18n.ts";
import { use_words } from "../language.tsx";
import { use_more } from "../report/parts.tsx";
import { CaseView } from "./case.tsx";
import type { Case } from "./case.tsx";
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

/** The address of a case is #case-PATIENT. */
export function case_of(hash: string): string {
  const part = section_of(hash);
  try {
    return part.startsWith("case-") ? decodeURIComponent(part.slice(5)) : "";
  } catch {
    return "";
  }
}

/** One case a patient, in order; of two images in one place the worse. */
export function matrix_rows(quality: ImageQuality[], open: OpenChoice[], absent: AbsentImage[] = []): Case[] {
  const rows = new Map<string, Case>();
  const row_of = ({ patient, centre }: { patient: string; centre: string }) => {
    const row: Case = rows.get(patient) ?? { patient, centre, images: new Map(), open: new Map(), absent: new Map() };
    rows.set(patient, row);
    return row;
  };
  for (const image of quality) {
    const { images } = row_of(image), before = images.get(image.role);
    if (!before || kStatuses.indexOf(status_of(image)) < kStatuses.indexOf(status_of(before))) images.set(image.role, image);
  }
  for (const choice of open) row_of(choice).open.set(choice.role, choice);
  for (const gap of absent) row_of(gap).absent.set(gap.role, gap);
  return [...rows.values()].sort((a, b) => (a.patient < b.patient ? -1 : a.patient > b.patient ? 1 : 0));
}

/** Patients down, kinds of image across: a mark for each image, which opens it; a patient's name opens the whole case below. */
export function Matrix({ quality, open, absent, roles, infos, spread, filter_key, show_open }: {
  quality: ImageQuality[]; open: OpenChoice[]; absent: AbsentImage[]; roles: { id: string; label: string }[]; infos: MeasureInfo[]; spread: Spread; filter_key: string; show_open: (role: string) => void;
}) {
  const { t } = use_words();
  const [inspected, set_inspected] = useState<ImageQuality | null>(null);
  const [toggled, set_toggled] = useState<ReadonlySet<string>>(new Set());
  const columns = roles.filter((r) => [...quality, ...open].some((x) => x.role === r.id));
  const { shown, button } = use_more(matrix_rows(quality, open, absent), 40, filter_key);
  const toggle = (patient: string) => {
    const next = new Set(toggled);
    if (!next.delete(patient)) next.add(patient);
    set_toggled(next);
  };
  return (
    <>
      <p class="how">{t("im_matrix_how")}</p>
      <ul class="legend marks">
        {kStatuses.map((s) => <li key={s}><span class={`mark ${s}`} aria-hidden="true">{kStatusMarks[s]}</span> {t(`im_status_${s}`)}</li>)}
        <li><span class="mark open" aria-hidden="true">?</span> {t("im_mark_open")}</li>
        <li><span class="mark" aria-hidden="true">·</span> {t("im_mark_absent")}</li>
      </ul>
      <div class="scroll cases" tabIndex={0}>
        <table class="matrix">
          <thead>
            <tr><th scope="col">{t("patient")}</th><th scope="col">{t("centre")}</th>{columns.map((r) => <th key={r.id} scope="col">{r.label}</th>)}</tr>
          </thead>
          <tbody>
            {shown.map((row) => {
              const opened = toggled.has(row.patient) !== (shown.length === 1);
              return [
              <tr key={row.patient} id={`case-${encodeURIComponent(row.patient)}`}>
                <th scope="row">
                  <button type="button" class="case-name" aria-expanded={opened} onClick={() => toggle(row.patient)}><span aria-hidden="true">{opened ? "▾" : "▸"}</span> <code>{row.patient}</code></button>
                </th>
                <td>{row.centre}</td>
                {columns.map((r) => {
                  const image = row.images.get(r.id);
                  if (!image && row.open.has(r.id)) return <td key={r.id}><a class="mark open" href="#decide" aria-label={t("im_mark_open")} onClick={() => show_open(r.id)}>?</a></td>;
                  if (!image) return <td key={r.id}><span class="mark" role="img" aria-label={t("im_mark_absent")}>·</span></td>;
                  const status = status_of(image), name = `${row.patient}, ${r.label}: ${t(`im_status_${status}`)}`;
                  return <td key={r.id}><button type="button" class={`mark ${status}`} title={name} aria-label={name} onClick={() => set_inspected(image)}>{kStatusMarks[status]}</button></td>;
                })}
              </tr>,
              opened && <tr key={`${row.patient} case`} class="case-row"><td colSpan={columns.length + 2}><CaseView of={row} roles={columns} infos={infos} show_open={show_open} /></td></tr>,
              ];
            })}
          </tbody>
        </table>
      </div>
      {button}
      {inspected && <Inspect image={inspected} infos={infos} spread={spread} close={() => set_inspected(null)} />}
    </>
  );
}
