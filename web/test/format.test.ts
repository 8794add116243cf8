import assert from "node:assert/strict";
import test from "node:test";
import {
  count, count_of, difference, estimate, fixed, kUndefined, p_phrase, p_value, percent, quartiles, range, signed, significant, trimmed,
} from "../src/format.ts";

test("fixed decimals, true minus, no negative zero", () => {
  assert.equal(fixed(0.784), "0.78");
  assert.equal(fixed(-0.25), "−0.25");
  assert.equal(fixed(-0.001), "0.00");
  assert.equal(fixed(null), kUndefined);
  assert.equal(fixed(Number.NaN), kUndefined);
  assert.equal(signed(0.08), "+0.08");
  assert.equal(signed(0.001), "0.00");
  assert.equal(signed(-0.08), "−0.08");
});

test("estimates with limits", () => {
  assert.equal(estimate({ value: 0.78, lower: 0.7, upper: 0.86 }), "0.78 (0.70–0.86)");
  assert.equal(estimate({ value: 0.78, lower: null, upper: 0.86 }), "0.78");
  assert.equal(estimate({ value: null, lower: 0.1, upper: 0.2 }), kUndefined);
  assert.equal(estimate(null), kUndefined);
  assert.equal(range(-0.02, 0.1), "−0.02 – 0.10");
  assert.equal(difference(0.08, 0.01, 0.15), "+0.08 (+0.01 to +0.15)");
  assert.equal(difference(0.08, null, 0.15), "+0.08");
  assert.equal(difference(null, 0, 1), kUndefined);
});

test("p values", () => {
  assert.deepEqual([0, 0.0004, 0.001, 0.0042, 0.0312, 0.0996, 0.42, 1].map(p_value),
    ["<0.001", "<0.001", "0.001", "0.004", "0.031", "0.10", "0.42", "1.00"]);
  assert.equal(p_value(null), kUndefined);
  assert.equal(p_phrase(0.0001), "p <0.001");
  assert.equal(p_phrase(0.03), "p = 0.030");
});

test("shares and counts", () => {
  assert.deepEqual([0, 0.001, 0.25, 0.999, 1].map(percent), ["0%", "<1%", "25%", ">99%", "100%"]);
  assert.equal(count(1234), "1234");
  assert.equal(count(1234567), "1\u2009234\u2009567");
  assert.equal(count(null), kUndefined);
  assert.equal(count_of(46, 184), "46 (25%)");
  assert.equal(count_of(3, 0), "3");
});

test("about three significant digits", () => {
  assert.deepEqual([0, 0.0123, 1.234, 23.44, 234.4, 2344].map(significant), ["0", "0.0123", "1.23", "23.4", "234", "2344"]);
  assert.equal(significant(-0.5), "−0.500");
  assert.equal(quartiles(61.2, 54, 68), "61 (54–68)");
  assert.equal(quartiles(1.5, 0.9, null), "1.50");
  assert.equal(quartiles(2, 1, 3), "2 (1–3)");
  assert.equal(quartiles(0, 0, 1), "0 (0–1)");
});

test("trimmed numbers end in no zero", () => {
  assert.deepEqual([0.6, 3.3, 4.5, 20, 1000, 0.05, -1.5, 0, 1.234].map(trimmed), ["0.6", "3.3", "4.5", "20", "1000", "0.05", "−1.5", "0", "1.23"]);
  assert.equal(trimmed(null), kUndefined);
});
