import { kGrid, kInk, kQuiet } from "./palette.ts";

type StripProps = { values: number[]; value: number | null; lower: number | null; upper: number | null; doubtful?: number | null; label: string };

const kWidth = 280, kHeight = 30, kPad = 7, kTop = 4, kBottom = 22;
const kBeyond = "#a32020", kShade = "#fae3e0", kDoubt = "#9a6200", kDoubtShade = "#fdf3dc";

/** One value among all others, and the limits; `doubtful` lies on the good side of the one limit there is. */
export function StripPlot({ values, value, lower, upper, doubtful = null, label }: StripProps) {
  const all = [...values, ...[value, lower, upper, doubtful].filter((x) => x !== null)];
  if (all.length === 0) return null;
  const min = all.reduce((a, b) => Math.min(a, b)), max = all.reduce((a, b) => Math.max(a, b));
  const x = (v: number) => (max > min ? kPad + ((v - min) / (max - min)) * (kWidth - 2 * kPad) : kWidth / 2).toFixed(1);
  const out = value !== null && ((lower !== null && value < lower) || (upper !== null && value > upper));
  const in_doubt = value !== null && doubtful !== null && (upper !== null ? value > doubtful : value < doubtful);
  const shade = (from: string | number, to: string | number, fill = kShade) => (
    <rect x={from} y={kTop} width={Math.max(0, Number(to) - Number(from)).toFixed(1)} height={kBottom - kTop} fill={fill} />
  );
  const limit = (v: number) => <line x1={x(v)} x2={x(v)} y1={kTop - 2} y2={kBottom + 2} stroke={kBeyond} stroke-dasharray="3 2" />;
  return (
    <svg class="strip-plot" viewBox={`0 0 ${kWidth} ${kHeight}`} role="img" aria-label={label}>
      {doubtful !== null && upper !== null && shade(x(doubtful), x(upper), kDoubtShade)}
      {doubtful !== null && lower !== null && upper === null && shade(x(lower), x(doubtful), kDoubtShade)}
      {lower !== null && shade(0, x(lower))}
      {upper !== null && shade(x(upper), kWidth)}
      <line x1="0" x2={kWidth} y1={kBottom} y2={kBottom} stroke={kGrid} />
      <path d={values.map((v) => `M${x(v)} ${kTop + 3}V${kBottom - 1}`).join("")} stroke={kQuiet} stroke-opacity="0.4" fill="none" />
      {lower !== null && limit(lower)}
      {upper !== null && limit(upper)}
      {value !== null && <circle cx={x(value)} cy={(kTop + kBottom) / 2} r="5" fill={out ? kBeyond : in_doubt ? kDoubt : kInk} stroke="#fff" stroke-width="1.5" />}
    </svg>
  );
}
