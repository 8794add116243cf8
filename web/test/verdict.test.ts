import assert from "node:assert/strict";
import test from "node:test";
import { read_study } from "../src/read_study.ts";
import { effective_events, find_comparison, judge, side } from "../src/verdict.ts";

function endpoint(models: object[], comparisons: object[] = [], more: object = {}) {
  const study = read_study({ schema: "larc.study/1", endpoints: [{ id: "e", type: "binary", n: 300, events: 120, models, comparisons, ...more }] });
  const first = study.endpoints[0];
  assert.ok(first);
  return first;
}

const model = (kind: string, value: number | null, lower: number | null, upper: number | null) => ({ kind, internal: { metric: "auc", value, lower, upper } });

test("the highest model, chance and the clinical baseline", () => {
  const models = [model("clinical", 0.6, 0.52, 0.68), model("combined", 0.75, 0.68, 0.82)];
  const better = judge(endpoint(models, [{ a: "combined", b: "clinical", difference: 0.15, lower: 0.05, upper: 0.25, p: 0.01 }]));
  assert.equal(better.best?.kind, "combined");
  assert.deepEqual([better.chance, better.clinical, better.few, better.too_good], ["better", "better", null, false]);
  assert.equal(judge(endpoint(models, [{ a: "combined", b: "clinical", difference: 0.15, lower: -0.05, upper: 0.25, p: 0.2 }])).clinical, "unclear");
  assert.equal(judge(endpoint(models)).clinical, "none");
});

test("a comparison written the other way round keeps its meaning", () => {
  const turned = find_comparison([{ a: "clinical", b: "deep", difference: -0.1, lower: -0.2, upper: -0.01, p: 0.03 }], "deep", "clinical");
  assert.deepEqual(turned, { a: "deep", b: "clinical", difference: 0.1, lower: 0.01, upper: 0.2, p: 0.03 });
  assert.equal(find_comparison([], "deep", "clinical"), null);
});

test("limits decide, undefined limits decide nothing", () => {
  assert.equal(side({ lower: 0.01, upper: 0.2 }), "better");
  assert.equal(side({ lower: -0.2, upper: -0.01 }), "worse");
  assert.equal(side({ lower: null, upper: null }), "unclear");
  assert.equal(judge(endpoint([model("deep", 0.6, null, null)])).chance, "unknown");
  assert.equal(judge(endpoint([model("deep", 0.4, 0.3, 0.48)])).chance, "worse");
  assert.equal(judge(endpoint([model("deep", 0.55, 0.45, 0.65)])).chance, "unclear");
});

test("the clinical baseline alone, and highest among others", () => {
  assert.equal(judge(endpoint([model("clinical", 0.7, 0.6, 0.8)])).clinical, "alone");
  assert.equal(judge(endpoint([model("clinical", 0.7, 0.6, 0.8), model("deep", 0.6, 0.5, 0.7)])).clinical, "highest");
});

test("refused and undefined models do not count", () => {
  assert.equal(judge(endpoint([{ ...model("deep", 0.9, 0.8, 0.95), refused: "too few events" }, model("clinical", null, null, null)])).best, null);
});

test("few events and results too good", () => {
  assert.equal(effective_events({ type: "binary", n: 100, events: 90 }), 10);
  assert.equal(effective_events({ type: "survival", n: 100, events: 90 }), 90);
  assert.equal(effective_events({ type: "binary", n: 100, events: null }), null);
  assert.equal(judge(endpoint([model("deep", 0.93, 0.9, 0.96)], [], { events: 20 })).few, 20);
  assert.equal(judge(endpoint([model("deep", 0.93, 0.9, 0.96)])).too_good, true);
});
