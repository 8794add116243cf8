import assert from "node:assert/strict";
import test from "node:test";
import { calibration_limit } from "../src/charts/calibration.tsx";
import { forest_domain, label_room } from "../src/charts/forest.tsx";
import { at_risk_table, axis_ticks, curve_rows, last_time, time_ticks } from "../src/charts/kaplan_meier_rows.ts";
import { kKindLooks } from "../src/charts/palette.ts";
import { complete_roc } from "../src/charts/roc.tsx";
import { shorten } from "../src/charts/stability.tsx";
import type { KaplanMeier } from "../src/study.ts";

const km = (part: Partial<KaplanMeier>): KaplanMeier => ({
  time: [], survival: [], lower: [], upper: [], at_risk: [], median: null, median_lower: null, median_upper: null, ...part,
});

test("a survival curve begins with everybody free of the event", () => {
  const rows = curve_rows(km({ time: [3, 7], survival: [0.9, 0.8], lower: [0.7, null], upper: [0.97, null] }));
  assert.deepEqual(rows.map((r) => [r.time, r.survival, r.lower]), [[0, 1, 1], [3, 0.9, 0.7], [7, 0.8, null]]);
  assert.deepEqual(curve_rows(km({})), []);
  assert.equal(curve_rows(km({ time: [0], survival: [1] })).length, 1);
  assert.equal(last_time(km({ time: [3], at_risk: [{ time: 12, n: 0 }] })), 12);
});

test("ticks are whole months or years and fit the width", () => {
  assert.deepEqual(time_ticks(120, 460), [0, 24, 48, 72, 96, 120]);
  assert.deepEqual(time_ticks(7.5, 460), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (const width of [120, 300, 900]) {
    for (const end of [0.5, 5, 37, 119, 400]) assert.ok(time_ticks(end, width).length <= Math.max(2, Math.floor(width / 46)));
  }
});

test("numbers at risk are shown where the document gives them and nowhere else", () => {
  const curve = km({ at_risk: [{ time: 0, n: 30 }, { time: 12, n: 20 }, { time: 24, n: 5 }] });
  assert.deepEqual(at_risk_table(curve, [0, 6, 24, 36]), [{ time: 0, n: 30 }, { time: 24, n: 5 }]);
  assert.deepEqual(axis_ticks([curve], 30, 140), [0, 12, 24]);
  const odd = km({ at_risk: [0, 10, 20, 30, 40].map((time) => ({ time, n: 1 })) });
  assert.deepEqual(axis_ticks([odd], 40, 500), [0, 10, 20, 30, 40]);
  assert.deepEqual(axis_ticks([odd], 40, 140), [0, 20, 40]);
});

test("a ROC curve runs from corner to corner in order", () => {
  const curve = complete_roc([{ fpr: 0.5, tpr: 0.9 }, { fpr: 0.1, tpr: 0.4 }]);
  assert.deepEqual(curve.map((p) => p.fpr), [0, 0.1, 0.5, 1]);
  assert.deepEqual(complete_roc([]), [{ fpr: 0, tpr: 0 }, { fpr: 1, tpr: 1 }]);
});

test("axes hold everything drawn", () => {
  const row = (value: number, lower: number, upper: number) => ({ label: "", look: kKindLooks.deep, estimate: { value, lower, upper } });
  assert.deepEqual(forest_domain([row(0.7, 0.62, 0.78)], null), [0.4, 0.9]);
  assert.deepEqual(forest_domain([row(0.4, 0.22, 0.95)], 0.97), [0.2, 1]);
  assert.deepEqual(forest_domain([], null), [0.4, 0.9]);
  assert.equal(calibration_limit([{ predicted: 0.1, observed: 0.2, lower: 0.1, upper: 0.33, n: 9 }], []), 0.4);
  assert.equal(calibration_limit([], [{ lower: 0.9, upper: 1, n: 2 }, { lower: 0, upper: 0.1, n: 3 }]), 1);
  assert.equal(calibration_limit([], []), 0.2);
});

test("the forest leaves room for its longest label", () => {
  const row = (label: string) => ({ label, look: kKindLooks.deep, estimate: { value: null, lower: null, upper: null } });
  assert.equal(label_room([row("Clinical")]), 108);
  assert.ok(label_room([row("Overall, harmonised")]) >= 24 + 19 * 7);
  assert.equal(label_room([row("a".repeat(90))]), 240);
  assert.equal(label_room([]), 108);
});

test("long names are cut, Chinese by its width", () => {
  assert.equal(shorten("Volume", 200), "Volume");
  assert.ok(shorten("a very long feature name that cannot fit", 100).endsWith("…"));
  assert.ok([...shorten("肿瘤体积肿瘤体积肿瘤体积", 100)].length <= 8);
});
