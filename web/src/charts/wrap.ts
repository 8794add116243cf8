// Where a text breaks into lines when nobody can measure it: widths of letters as shares of the font size.

const is_wide = (c: string) => c >= "\u2e80";

/** About how wide a text is, in CSS pixels. */
export function text_width(text: string, font_px: number): number {
  let em = 0;
  for (const c of text) em += is_wide(c) ? 1 : /[A-Z0-9%≥≤]/.test(c) ? 0.63 : /[ilj.,:;'|()[\] ]/.test(c) ? 0.32 : 0.55;
  return em * font_px;
}

/** Lines no wider than `width`; breaks at spaces and between Chinese characters. A word that is too long stands alone. */
export function wrap(text: string, width: number, font_px: number): string[] {
  const pieces = text.match(/[\u2e80-\uffff]|[^\u2e80-\uffff\s]+\s*|\s+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    const no_break_before = /^[，。；：、）》！？]$/.test(piece);
    if (line !== "" && !no_break_before && text_width((line + piece).trimEnd(), font_px) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}
