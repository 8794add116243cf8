import assert from "node:assert/strict";
import test from "node:test";
import { renderToString } from "preact-render-to-string";
import { make_sample } from "../sample/make_sample.mjs";
import type { Language } from "../src/i18n.ts";
import { read_study } from "../src/read_study.ts";
import { Report } from "../src/report/report.tsx";

const page = (document: unknown, language: Language) => renderToString(<Report study={read_study(document)} start={language} />);
const kLanguages: Language[] = ["en", "zh"];

/** The same document with every number undefined, or every list empty. */
function replace(x: unknown, number: (n: number) => unknown, list: (a: unknown[]) => unknown[]): unknown {
  if (typeof x === "number") return number(x);
  if (Array.isArray(x)) return list(x).map((y) => replace(y, number, list));
  if (typeof x === "object" && x !== null) return Object.fromEntries(Object.entries(x).map(([k, y]) => [k, replace(y, number, list)]));
  return x;
}

const kHostile: Record<string, unknown> = {
  sample: make_sample(),
  "every number null": replace(make_sample(), () => null, (a) => a),
  "every list empty": replace(make_sample(), (n) => n, () => []),
  "nothing but the schema": { schema: "larc.study/1" },
  "wrong types": { schema: "larc.study/1", study: 3, cohort: [], endpoints: [null, 4, { models: [{}, { roc: [{}], risk_groups: [null] }], overall_km: {} }], thumbnails: "x", cases: { failed: [1] } },
};

for (const [name, document] of Object.entries(kHostile)) {
  test(`a page comes out in both languages: ${name}`, () => {
    for (const language of kLanguages) {
      const html = page(document, language);
      assert.match(html, language === "en" ? /Research use only/ : /仅供研究使用/);
      // Settings are shown as they are, and the letters of an encoded picture can spell anything.
      const words = html.replace(/<pre>.*?<\/pre>/gs, "").replace(/base64,[A-Za-z0-9+/=]+/g, "base64,");
      assert.doesNotMatch(words, /undefined[^"-]|NaN|\[object|Infinity|null/);
      assert.doesNotMatch(html, /\{(n|d|p|kind|reason|text|label|x)\}/);
    }
  });
}

test("the sample says what it must", () => {
  const html = page(make_sample(), "en");
  for (const words of [
    "Synthetic data: these numbers show that the software works, nothing about patients", "Overall survival", "Better than the clinical baseline",
    "No model was trained for this endpoint", "LARC-B-0102", "calibration is not defined", "41d7e0a9c3f28b66", "&lt;localiser, DWI, ADC>",
  ]) assert.ok(html.includes(words), words);
  const chinese = page(make_sample(), "zh");
  for (const words of ["合成数据：这些数字只说明软件能够运行，不代表任何真实患者", "总生存期", "优于临床基线", "此终点未训练模型"]) assert.ok(chinese.includes(words), words);
});

test("the ROC curve carries its own area, not the AUC within folds", () => {
  const document = { schema: "larc.study/1", endpoints: [{ id: "x", models: [{
    id: "m", kind: "clinical", internal: { metric: "auc", value: 0.71, lower: 0.6, upper: 0.8 }, pooled: { value: 0.68, lower: 0.57, upper: 0.79 }, roc: [{ fpr: 0.2, tpr: 0.6 }],
  }] }] };
  const html = page(document, "en");
  const chart = html.slice(html.indexOf("ROC curves"));
  assert.ok(chart.includes("AUC 0.68 (0.57–0.79)"));
  assert.ok(!chart.slice(0, chart.indexOf("</figure>")).includes("0.71"));
  assert.ok(chart.includes("pools the predictions of all folds"));
});

test("volume alone, left-out centres, harmonisation, suspects, sample size and fragile features are on the page", () => {
  const html = page(make_sample(), "en"), chinese = page(make_sample(), "zh");
  for (const words of [
    "Volume alone", "Random numbers", "what a model from images must beat", "Each centre predicted by models of the other centres", "Radiomics, harmonised",
    "2 patients without a centre", "With and without harmonisation", "stay as measured", "Look at these predictors first", "alone it has an AUC of 0.981", "resembles Actual regimen",
    "Enough patients?", "Events per parameter", "Features dropped because they do not bear perturbation", "minimum 0.75",
  ]) assert.ok(html.includes(words), words);
  for (const words of ["仅体积", "随机数", "各中心由其他中心训练的模型预测", "影像组学（已协调）", "特征协调前后对比", "请先检查以下预测变量", "186 例患者中 180 例取值相同", "患者数是否足够？", "因不耐受扰动而剔除的特征"]) {
    assert.ok(chinese.includes(words), words);
  }
});

test("a radiomics headline says when volume alone does as well", () => {
  const document = (verdict: string, difference: number) => ({ schema: "larc.study/1", endpoints: [{
    id: "x", models: [{ id: "m", kind: "radiomics", internal: { metric: "auc", value: 0.7, lower: 0.6, upper: 0.8 } }],
    against_baselines: [{ model: "radiomics", baseline: "volume", model_value: 0.7, baseline_value: 0.7 - difference, difference, lower: difference - 0.1, upper: difference + 0.1, p: 0.5, verdict }],
  }] });
  const card = (html: string) => html.slice(html.indexOf('class="card'), html.indexOf("</article>"));
  assert.ok(card(page(document("as_good", -0.02), "en")).includes("Volume alone does as well as Radiomics, or better: 0.72 against 0.70."));
  assert.ok(card(page(document("as_good", -0.02), "zh")).includes("仅用体积即可达到或超过影像组学：0.72 对 0.70。"));
  assert.ok(card(page(document("not_shown", 0.03), "en")).includes("Radiomics is not shown to be better than volume alone (0.67)"));
  const centres = (html: string) => html.slice(html.indexOf("Each centre predicted by"));
  const { against_baselines: against } = document("as_good", -0.02).endpoints[0] ?? {};
  assert.ok(centres(page({ schema: "larc.study/1", endpoints: [{ id: "x", leave_one_centre_out: { models: [], against_baselines: against } }] }, "en"))
    .includes("Volume alone does as well as Radiomics, or better: 0.72 against 0.70."));
  assert.ok(card(page(document("better", 0.2), "en")).includes("Radiomics is better than volume alone"));
});

test("a study of one centre has no part on centres", () => {
  const html = page({ schema: "larc.study/1", endpoints: [{ id: "x", leave_one_centre_out: null, harmonisation: null, models: [] }] }, "en");
  assert.ok(!html.includes("Each centre predicted"));
  assert.ok(!html.includes("harmonisation"));
});

test("a study of patients carries no synthetic banner", () => {
  const document = make_sample() as { study: { synthetic: boolean } };
  document.study.synthetic = false;
  assert.ok(!page(document, "en").includes("Synthetic data"));
});

test("reasons may come in both languages", () => {
  const document = { schema: "larc.study/1", endpoints: [{ id: "x", refused: { en: "too few", zh: "例数太少" } }] };
  assert.ok(page(document, "zh").includes("例数太少"));
  assert.ok(page(document, "en").includes("too few"));
});

test("another schema is refused with a remedy", () => {
  assert.throws(() => read_study({ schema: "larc.study/2" }), /larc\.study\/1.*larc\.study\/2.*write the report again/s);
  assert.throws(() => read_study("text"), /larc\.study\/1/);
});

test("the same seed gives the same sample", () => {
  assert.equal(JSON.stringify(make_sample(7)), JSON.stringify(make_sample(7)));
  assert.notEqual(JSON.stringify(make_sample(7)), JSON.stringify(make_sample(8)));
});
