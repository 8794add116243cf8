import { StripPlot } from "../charts/strip.tsx";
import { count, kUndefined, trimmed } from "../format.ts";
import { kUnitLabels } from "../i18n_images.ts";
import { beyond, level_of } from "../images.ts";
import type { ImageMeasure, ImageQuality, MeasureInfo } from "../images.ts";
import { use_words } from "../language.tsx";
import type { Words } from "../language.tsx";
import type { Num } from "../study.ts";

/** Every defined value of one measure in one kind of image. */
export type Spread = Map<string, number[]>;
export const spread_key = (role: string, measure: string) => `${role}\n${measure}`;

export function spread_of(quality: ImageQuality[]): Spread {
  const spread: Spread = new Map();
  for (const image of quality) {
    for (const m of image.measures) {
      if (m.value === null) continue;
      const key = spread_key(image.role, m.id), values = spread.get(key);
      if (values) values.push(m.value);
      else spread.set(key, [m.value]);
    }
  }
  return spread;
}

export function with_unit(x: Num, unit: string): string {
  const body = x !== null && Number.isInteger(x) ? count(x) : trimmed(x);
  return unit === "" || unit === "1" || body === kUndefined ? body : unit === "%" ? `${body}%` : `${body} ${unit}`;
}

/** The unit as the page's language writes it. */
export function unit_words(unit: string | undefined, pick: Words["pick"]): string {
  const words = kUnitLabels[unit ?? ""];
  return words ? pick(words) : (unit ?? "");
}

/** From where on the measure counts against the image. */
export function limit_text(t: Words["t"], m: ImageMeasure, unit: string): string {
  if (m.doubtful_upper !== null && m.upper !== null && m.doubtful_upper < m.upper) return t("im_above", { a: with_unit(m.doubtful_upper, unit), b: with_unit(m.upper, unit) });
  if (m.doubtful_lower !== null && m.lower !== null && m.doubtful_lower > m.lower) return t("im_below", { a: with_unit(m.doubtful_lower, unit), b: with_unit(m.lower, unit) });
  if (m.lower !== null && m.upper !== null) return t("im_between", { a: with_unit(m.lower, unit), b: with_unit(m.upper, unit) });
  if (m.lower !== null) return t("im_at_least", { x: with_unit(m.lower, unit) });
  return m.upper !== null ? t("im_at_most", { x: with_unit(m.upper, unit) }) : t("im_no_limit");
}

/** What was measured in one image: beyond a limit first, each among all images of its kind. */
export function Measures({ image, infos, spread }: { image: ImageQuality; infos: MeasureInfo[]; spread: Spread }) {
  const { t, pick } = use_words();
  if (image.measures.length === 0) return <p class="small quiet">{t("im_no_measures")}</p>;
  const sorted = [...image.measures].sort((a, b) => Number(beyond(b)) - Number(beyond(a)));
  return (
    <div class="measures">
      <p class="small quiet">{t("im_strip_how")}</p>
      <ul>
        {sorted.map((m) => {
          const info = infos.find((i) => i.id === m.id), unit = unit_words(info?.unit, pick), name = info ? pick(info.label) : m.id;
          const values = spread.get(spread_key(image.role, m.id)) ?? [], value = with_unit(m.value, unit), limit = limit_text(t, m, unit);
          const ends = values.length > 0 ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] : [];
          const label = t("im_strip_label", { name, value, limit, n: values.length, a: with_unit(ends[0] ?? null, unit), b: with_unit(ends[1] ?? null, unit) });
          return (
            <li key={m.id} class={beyond(m) ? `beyond level-${level_of(m)}` : undefined}>
              <p>
                <span>{name}</span> <strong class="num">{value}</strong>
                <small class="quiet block">{m.value === null && m.reason ? pick(m.reason) : limit}</small>
              </p>
              {m.value !== null && <StripPlot values={values} value={m.value} lower={m.lower} upper={m.upper} doubtful={m.doubtful_upper ?? m.doubtful_lower} label={label} />}
              {info && pick(info.what) && <small class="quiet block">{pick(info.what)}</small>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
