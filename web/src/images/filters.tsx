import { count } from "../format.ts";

export type Option = { value: string; label: string; n: number };

/** A drop-down whose first line is no filter; each other one says how many it keeps. */
export function Select({ name, all, value, options, choose }: { name: string; all: string; value: string; options: Option[]; choose: (value: string) => void }) {
  return (
    <select aria-label={name} value={value} onChange={(e) => choose(e.currentTarget.value)}>
      <option value="">{all}</option>
      {options.map((o) => <option key={o.value} value={o.value}>{o.label} ({count(o.n)})</option>)}
    </select>
  );
}

export function Search({ name, value, choose }: { name: string; value: string; choose: (value: string) => void }) {
  return <input type="search" aria-label={name} placeholder={name} value={value} onInput={(e) => choose(e.currentTarget.value)} />;
}

/** The values that occur, in order, with how often. */
export function options_of<T>(list: T[], of: (item: T) => string, label: (value: string) => string, order: readonly string[] = []): Option[] {
  const counts = new Map<string, number>();
  for (const item of list) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1);
  const place = (value: string) => (order.indexOf(value) + 1 || order.length + 1);
  return [...counts].filter(([value]) => value !== "")
    .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
    .map(([value, n]) => ({ value, label: label(value), n }));
}

export const contains = (text: string, part: string) => text.toLowerCase().includes(part.trim().toLowerCase());
