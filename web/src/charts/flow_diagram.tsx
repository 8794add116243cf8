import { count, percent } from "../format.ts";
import type { Flow, FlowEndpoint } from "../flow.ts";
import { use_words } from "../language.tsx";
import type { Words } from "../language.tsx";
import type { Num } from "../study.ts";
import { text_width, wrap } from "./wrap.ts";

const kWidth = 900, kSpine = 270, kSide = 360, kLine = 19, kPad = 12, kFont = 13.5, kGap = 26;

type Row = { lines: string[]; n?: string; bold?: boolean; quiet?: boolean };
type Box = { x: number; y: number; w: number; h: number; rows: Row[]; look: string };

const rows_height = (rows: Row[]) => 2 * kPad + kLine * rows.reduce((sum, row) => sum + row.lines.length, 0) - 4;

/** A row whose text leaves room for a number at the right. */
function row(text: string, w: number, rest: Omit<Row, "lines"> = {}): Row {
  return { lines: wrap(text, w - 2 * kPad - (rest.n === undefined ? 0 : text_width(rest.n, kFont) + 10), rest.bold ? kFont * 1.18 : kFont), ...rest };
}

function box(x: number, y: number, w: number, rows: Row[], look: string): Box {
  return { x, y, w, h: rows_height(rows), rows, look };
}

function BoxView({ b }: { b: Box }) {
  let line = 0;
  return (
    <g>
      <rect class={`fd-box ${b.look}`} x={b.x + 0.5} y={b.y + 0.5} width={b.w - 1} height={b.h - 1} rx="7" />
      {b.rows.map((r) => r.lines.map((text, i) => {
        const y = b.y + kPad + 12 + kLine * line++;
        const look = `fd-text${r.bold ? " bold" : ""}${r.quiet ? " quiet" : ""}`;
        return (
          <>
            <text class={look} x={b.x + kPad} y={y}>{text}</text>
            {i === 0 && r.n !== undefined && <text class={`${look} num`} x={b.x + b.w - kPad} y={y} text-anchor="end">{r.n}</text>}
          </>
        );
      }))}
    </g>
  );
}

type Line = { points: [number, number][]; head: boolean };

function LineView({ line }: { line: Line }) {
  return <polyline class="fd-arrow" points={line.points.map((p) => p.join(",")).join(" ")} marker-end={line.head ? "url(#fd-head)" : undefined} />;
}

function centre_rows(flow: Flow, w: number, of: (c: Flow["centres"][number]) => Num): Row[] {
  return flow.centres.length < 2 ? [] : flow.centres.map((c) => row(c.id, w, { n: count(of(c)), quiet: true }));
}

function endpoint_rows(e: FlowEndpoint, w: number, { t, pick }: Words): Row[] {
  const share = e.known === null || e.known === 0 || e.positive === null ? "" : ` (${percent(e.positive / e.known)})`;
  const rows = [row(pick(e.label), w, { bold: true }), row(t("fd_known"), w, { n: count(e.known) })];
  if (e.type !== "ordinal") {
    const time = e.type === "survival" || e.type === "competing";
    rows.push(row(time ? t("fd_events") : t("fd_with"), w, { n: count(e.positive) + share }));
  }
  if (e.competing) rows.push(row(t("fd_competing"), w, { n: count(e.competing) }));
  for (const [key, n] of [["fd_unknown", e.unknown], ["fd_contradictory", e.contradictory], ["fd_not_at_risk", e.not_at_risk]] as const) {
    if (n) rows.push(row(t(key), w, { n: count(n), quiet: true }));
  }
  if (e.refused) rows.push(row(t("not_modelled"), w, { quiet: true }));
  return rows;
}

/** Who came in, who left by which criterion, who cannot be judged yet, who stays, and what is known of each modelled endpoint. */
export function FlowDiagram({ flow, with_endpoints = true }: { flow: Flow; with_endpoints?: boolean }) {
  const words = use_words();
  const { t, pick } = words;
  const side_width = kWidth - kSide, middle = kSpine / 2;
  const boxes: Box[] = [], lines: Line[] = [];
  const draw = (head: boolean, ...points: Line["points"]) => lines.push({ points, head });
  const reason = (c: Flow["criteria"][number]) => `${c.id}  ${c.include ? t("fd_not_met", { text: pick(c.text) }) : pick(c.text)}`;

  const top = box(0, 0, kSpine, [row(t("fd_imported"), kSpine, { bold: true, n: count(flow.patients) }), ...centre_rows(flow, kSpine, (c) => c.patients)], "");
  boxes.push(top);
  let y = top.h + kGap;
  const turns: number[] = [];
  const add_side = (rows: Row[], look: string) => {
    const side = box(kSide, y, side_width, rows, look);
    boxes.push(side);
    turns.push(y + Math.min(side.h / 2, 34));
    y += side.h + kGap;
  };
  add_side([
    row(t("fd_excluded"), side_width, { bold: true, n: count(flow.excluded) }),
    ...flow.criteria.map((c) => row(reason(c), side_width, { n: count(c.excluded), quiet: c.excluded === 0 })),
  ], "out");
  if (flow.unknown) {
    add_side([
      row(t("fd_open"), side_width, { bold: true, n: count(flow.unknown) }),
      ...flow.criteria.filter((c) => c.unknown).map((c) => row(`${c.id}  ${pick(c.text)}`, side_width, { n: count(c.unknown) })),
    ], "open");
  }
  const kept = box(0, y, kSpine, [
    row(t("fd_eligible"), kSpine, { bold: true, n: count(flow.eligible) }), ...centre_rows(flow, kSpine, (c) => c.eligible),
    ...(flow.waived ? [row(t("fd_waived"), kSpine, { n: count(flow.waived), quiet: true })] : []),
  ], "kept");
  boxes.push(kept);
  draw(true, [middle, top.h], [middle, y - 1]);
  for (const turn of turns) draw(true, [middle, turn], [kSide - 1, turn]);
  y += kept.h;

  const shown = with_endpoints ? flow.endpoints.filter((e) => e.modelled) : [];
  const in_row = Math.min(4, shown.length), between = 12;
  const w = Math.min(kSpine, (kWidth - between * (in_row - 1)) / Math.max(1, in_row));
  for (let first = 0; first < shown.length; first += in_row) {
    const start = y + (first === 0 ? kGap + 10 : between);
    const group = shown.slice(first, first + in_row).map((e, i) => box(i * (w + between), start, w, endpoint_rows(e, w, words), e.refused ? "off" : ""));
    const h = Math.max(...group.map((b) => b.h));
    for (const b of group) boxes.push({ ...b, h });
    if (first === 0) {
      const rail = y + kGap / 2;
      if (group.length > 1) draw(false, [middle, y], [middle, rail]);
      for (const b of group) {
        const x = b.x + b.w / 2;
        if (group.length > 1) draw(true, [middle, rail], [x, rail], [x, start - 1]);
        else draw(true, [middle, y], [middle, start - 1]);
      }
    }
    y = start + h;
  }
  return (
    <div class="scroll flow-diagram" tabIndex={0}>
      <svg viewBox={`0 0 ${kWidth} ${y + 1}`} role="img" aria-label={t("flow")}>
        <defs>
          <marker id="fd-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#6b7c8a" /></marker>
        </defs>
        {lines.map((line) => <LineView key={line.points.join()} line={line} />)}
        {boxes.map((b) => <BoxView key={`${b.x},${b.y}`} b={b} />)}
      </svg>
    </div>
  );
}
