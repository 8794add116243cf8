import assert from "node:assert/strict";
import test from "node:test";
import { renderToString } from "preact-render-to-string";
import { make_flow_sample } from "../sample/make_flow_sample.mjs";
import { make_sample } from "../sample/make_sample.mjs";
import { wrap } from "../src/charts/wrap.ts";
import { FlowPage } from "../src/flow/flow_page.tsx";
import { sort_queries } from "../src/flow/query_table.tsx";
import type { Language } from "../src/i18n.ts";
import { read_flow } from "../src/read_flow.ts";
import { read_study } from "../src/read_study.ts";
import { Report } from "../src/report/report.tsx";

const page = (document: unknown, language: Language) => renderToString(<FlowPage flow={read_flow(document)} start={language} />);
const without_numbers = JSON.parse(JSON.stringify(make_flow_sample(), (_, x: unknown) => (typeof x === "number" ? null : x)));

for (const [name, document] of Object.entries({
  sample: make_flow_sample(), "every number null": without_numbers, nothing: {},
  "wrong types": { criteria: [null, 3, { id: 4, text: [] }], centres: [{}], endpoints: ["x", {}], queries: [{ kind: 3 }], readers: [{}], waivers: [{}], missing_fields: "x", unknown_patients: [{ criteria: [{}] }] },
})) {
  test(`a screening page comes out in both languages: ${name}`, () => {
    for (const language of ["en", "zh"] as const) {
      const html = page(document, language);
      assert.match(html, language === "en" ? /Research use only/ : /仅供研究使用/);
      assert.doesNotMatch(html, /undefined[^"-]|NaN|\[object|Infinity|null/);
      assert.doesNotMatch(html, /\{(n|text|names|label|file|row|eligible|patients)\}/);
    }
  });
}

test("the diagram counts in protocol order and says what is open", () => {
  const html = page(make_flow_sample(), "en");
  const svg = html.slice(html.indexOf("<svg"), html.indexOf("</svg>"));
  const order = ["Imported", ">229<", "Excluded", ">33<", "I1", "I2  Not met: MRI stage cT4", "E2  Poor image quality", "Cannot be judged yet", "Eligible", ">186<", "by signed waiver", "Overall survival"];
  let at = -1;
  for (const words of order) {
    const next = svg.indexOf(words, at + 1);
    assert.ok(next > at, words);
    at = next;
  }
  assert.ok(svg.includes("58 (32%)") && svg.includes("Not modelled"));
  assert.ok(!svg.includes("Neoadjuvant rectal score"), "only modelled endpoints stand in the diagram");
});

test("prevalence, refusals, waivers, unknown fields, readers and queries are on the page", () => {
  const html = page(make_flow_sample(), "en"), chinese = page(make_flow_sample(), "zh");
  for (const words of [
    "8 patients with and 167 without the outcome", "low</span> 61 (36%)", "46 competing", "61 (57–67)", "12.4 cm, sigmoid take-off below", "Dr Chen", "anal_verge_distance_cm_1",
    "weighted kappa", "0.78 (0.69–0.87)", "fewer than two subjects", "Death before last contact", "clinical_B.csv, row 44", "3f9c1b7a20de",
  ]) assert.ok(html.includes(words), words);
  for (const words of ["患者流程", "不符合：MRI 分期 cT4", "加权 kappa", "死亡早于末次随访", "clinical_B.csv 第 44 行", "发生结局 8 例"]) assert.ok(chinese.includes(words), words);
});

test("queries sort by any column, ties in the order of the others", () => {
  const { queries } = read_flow(make_flow_sample());
  assert.deepEqual(sort_queries(queries, "centre", false).map((q) => q.patient), ["A-0011", "A-0040", "B-0077", "B-0102", "C-0003", "C-0009"]);
  assert.deepEqual(sort_queries(queries, "centre", true).map((q) => q.centre), ["C", "C", "B", "B", "A", "A"]);
  assert.deepEqual(sort_queries(queries, "kind", false).slice(0, 3).map((q) => q.kind), ["fault", "check", "check"]);
});

test("lines break at spaces and between Chinese characters, never before a full stop", () => {
  assert.deepEqual(wrap("Lower margin at most", 80, 13), ["Lower", "margin at", "most"]);
  assert.deepEqual(wrap("肿瘤下缘距肛缘", 40, 13), ["肿瘤下", "缘距肛", "缘"]);
  assert.deepEqual(wrap("一二三。四", 39, 13), ["一二三。", "四"]);
  assert.deepEqual(wrap("unbreakable", 10, 13), ["unbreakable"]);
  assert.deepEqual(wrap("", 10, 13), []);
});

test("an endpoint of the study report tells contradictory, not at risk and competing apart", () => {
  const endpoint = { id: "x", type: "survival", n: 80, events: 20, unknown: 3, contradictory: 4, not_at_risk: 5, competing: 6 };
  const html = renderToString(<Report study={read_study({ schema: "larc.study/1", endpoints: [endpoint] })} start="en" />);
  for (const words of ["Contradictory</dt><dd class=\"num\">4<", "Not at risk</dt><dd class=\"num\">5<", "Competing events</dt><dd class=\"num\">6<", "Cause-specific"]) assert.ok(html.includes(words), words);
  const plain = renderToString(<Report study={read_study({ schema: "larc.study/1", endpoints: [{ ...endpoint, contradictory: 0, not_at_risk: 0, competing: null }] })} start="en" />);
  for (const words of ["Contradictory", "Cause-specific"]) assert.ok(!plain.includes(words), words);
});

test("the study report shows the same diagram", () => {
  const study = make_sample() as { cohort: Record<string, unknown> };
  const without = renderToString(<Report study={read_study(study)} start="en" />);
  study.cohort["flow"] = make_flow_sample();
  const html = renderToString(<Report study={read_study(study)} start="en" />);
  assert.ok(!without.includes("flow-diagram") && html.includes("flow-diagram") && html.includes("Not met: MRI stage cT4"));
});
