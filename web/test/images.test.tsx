import assert from "node:assert/strict";
import test from "node:test";
import { renderToString } from "preact-render-to-string";
import { make_images_sample } from "../sample/make_images_sample.mjs";
import { StripPlot } from "../src/charts/strip.tsx";
import type { Language } from "../src/i18n.ts";
import { beyond, level_of, status_of, without_objection } from "../src/images.ts";
import type { ImageQuality, Images } from "../src/images.ts";
import { CaseView } from "../src/images/case.tsx";
import { filled } from "../src/images/commands.tsx";
import { sort_duplicates } from "../src/images/duplicates.tsx";
import { command_for, fact_phrase, tell_apart } from "../src/images/facts.ts";
import { options_of } from "../src/images/filters.tsx";
import { ImagesPage } from "../src/images/images_page.tsx";
import { case_of, matrix_rows } from "../src/images/matrix.tsx";
import { Measures, spread_key, spread_of } from "../src/images/measures.tsx";
import { filter_quality, kNoFilter, sort_cards } from "../src/images/quality.tsx";
import { filter_series, sort_series } from "../src/images/series_table.tsx";
import { read_images } from "../src/read_images.ts";

const page = (document: unknown, language: Language) => renderToString(<ImagesPage images={read_images(document)} start={language} />);
const without_pictures = (html: string) => html.replace(/base64,[A-Za-z0-9+/=]+/g, "base64,");
const sample = make_images_sample();
const without = (kind: string) => JSON.parse(JSON.stringify(sample, (_, x: unknown) => (typeof x === kind ? null : x)));
const images = (document: Record<string, unknown>): Images => read_images(document);
const image = (more: Record<string, unknown>): ImageQuality => {
  const [first] = images({ quality: [{ patient: "P1", centre: "A", role: "t2_1", verdict: "ok", ...more }] }).quality;
  assert.ok(first);
  return first;
};

for (const [name, document] of Object.entries({
  sample, "every number null": without("number"), "every text null": without("string"), nothing: {}, null: null, list: [], text: "x",
  "wrong types": {
    roles: [null, 3, {}], open: ["x", { candidates: [null, {}, { picture: 3 }] }], quality: [{}, { measures: [{}], reasons: [{}], decision: { value: 3 } }], measures: "x",
    limits: 4, duplicates: [{}, { pictures: "x" }], warnings: [{}], series: [{}, null],
  },
})) {
  test(`a page of images comes out in both languages: ${name}`, () => {
    for (const language of ["en", "zh"] as const) {
      const html = without_pictures(page(document, language));
      assert.match(html, language === "en" ? /Research use only/ : /仅供研究使用/);
      assert.doesNotMatch(html, /undefined[^"-]|NaN|\[object|Infinity|null/);
      assert.doesNotMatch(html, /\{(n|text|name|x|a|b|by|all|left|images|patients)\}/);
    }
  });
}

test("1,500 images make a page of few elements", () => {
  const document = make_images_sample(260);
  assert.ok((document["quality"] as unknown[]).length > 1400);
  assert.ok([...without_pictures(page(document, "en")).matchAll(/<[a-z]/g)].length < 4000);
});

test("what stands in the end: a person's decision goes before the measures", () => {
  const decision = (value: string) => ({ value, by: "Dr Chen", reason: "", recorded_at: "" });
  assert.equal(status_of(image({ verdict: "doubtful" })), "doubtful");
  assert.equal(status_of(image({ verdict: "exclude" })), "excluded");
  assert.equal(status_of(image({ verdict: "exclude", decision: decision("keep") })), "kept");
  assert.equal(status_of(image({ verdict: "ok", decision: decision("exclude") })), "excluded");
  assert.equal(status_of(image({ verdict: "ok", decision: decision("keep") })), "ok");
  assert.equal(status_of(image({ verdict: "new word" })), "doubtful", "what is not known is looked at");
});

test("counts per role", () => {
  const role = { id: "t2_1", label: { en: "T2", zh: "T2" }, present: 230, open: 4, doubtful: 6, excluded: 5, missing: 6 };
  assert.equal(without_objection(role), 219);
  assert.equal(without_objection({ ...role, present: null }), null);
  assert.equal(without_objection({ ...role, present: 3 }), 0);
  const html = page({ roles: [role] }, "en");
  for (const words of [">219</a>", ">6</a>", ">5</a>", ">4</a>", "flex-grow:219"]) assert.ok(html.includes(words), words);
});

test("only what tells the candidates apart is emphasised", () => {
  const { open } = images(sample);
  const [repeat, b_values, alone, twins] = open;
  assert.ok(repeat && b_values && alone && twins);
  assert.deepEqual(tell_apart(repeat.candidates).differ, ["description"]);
  assert.deepEqual(tell_apart(b_values.candidates).differ, ["b_value"]);
  assert.deepEqual(tell_apart(alone.candidates).differ, []);
  assert.ok(!tell_apart(repeat.candidates).same.includes("b_value"), "what no header says is not said to be the same");
  assert.ok(page(sample, "en").includes("The headers do not tell these series apart"));
  assert.ok(page(sample, "en").includes("Same in all: ep2d_diff_tra · DWI · axial · 2020-08-11 · 26 slices · pixel 1.7 mm · slice spacing 4.4 mm"));
  const [first] = repeat.candidates;
  assert.ok(first);
  assert.deepEqual(["sequence", "orientation", "slices"].map((f) => fact_phrase(first, f as "slices").zh), ["T2WI", "轴位", "24 层"]);
});

test("the key of the series is put into the command, quoted", () => {
  const command = "larc decide S --patient P --image t2_1 --series '...'";
  assert.equal(command_for(command, "2.25.7, b 800"), "larc decide S --patient P --image t2_1 --series '2.25.7, b 800'");
  assert.equal(command_for(command, "it's $& $HOME"), "larc decide S --patient P --image t2_1 --series 'it'\\''s $& $HOME'");
  assert.equal(command_for("larc decide S", "1"), "larc decide S --series '1'");
});

test("cards: undecided doubt first, then exclusions, then what a person kept; filters cut across", () => {
  const quality = [
    image({ patient: "P1" }), image({ patient: "P2", verdict: "exclude", centre: "B" }), image({ patient: "P4", verdict: "doubtful", role: "adc_1" }),
    image({ patient: "P3", verdict: "doubtful", decision: { value: "keep" } }), image({ patient: "P1", verdict: "doubtful" }),
  ];
  assert.deepEqual(sort_cards(quality).map((q) => q.patient), ["P1", "P4", "P2", "P3"]);
  assert.deepEqual(filter_quality(quality, { ...kNoFilter, status: "doubtful" }).map((q) => q.patient), ["P4", "P1"]);
  assert.deepEqual(filter_quality(quality, { ...kNoFilter, centre: "B" }).map((q) => q.patient), ["P2"]);
  assert.deepEqual(filter_quality(quality, { ...kNoFilter, role: "adc_1", patient: " p4" }).map((q) => q.patient), ["P4"]);
  assert.deepEqual(options_of(quality, (q) => q.role, (r) => r, ["t2_1"]), [{ value: "t2_1", label: "t2_1", n: 4 }, { value: "adc_1", label: "adc_1", n: 1 }]);
});

test("reasons, decisions and commands are on the cards, in words", () => {
  const card = {
    patient: "P7", role: "t2_1", label: { en: "T2", zh: "T2" }, verdict: "doubtful", used: true, reasons: [{ id: "ghost", text: { en: "Strong ghost", zh: "鬼影明显" } }],
    decision: { value: "keep", by: "Dr Chen", reason: "outside the mesorectum", recorded_at: "2024-05-02T09:10:00Z" }, commands: { keep: "larc decide K", exclude: "larc decide E" },
  };
  const html = page({ quality: [card] }, "en"), chinese = page({ quality: [card] }, "zh");
  for (const words of ["Strong ghost", "Kept by Dr Chen", "2024-05-02", "outside the mesorectum", "by the measures: Doubtful", "used in the study", "larc decide K", "larc decide E"]) assert.ok(html.includes(words), words);
  for (const words of ["鬼影明显", "Dr Chen 判定保留", "指标判定：存疑", "研究中采用"]) assert.ok(chinese.includes(words), words);
});

test("one value among all of its kind, with its limit; undefined ones with their reason", () => {
  const measures = (value: number | null, reason = "") => [{ id: "ghost", value, reason, lower: null, upper: 4.5 }];
  const all = [image({ measures: measures(7.4) }), image({ patient: "P2", measures: measures(1) }), image({ patient: "P3", role: "adc_1", measures: measures(2) }), image({ patient: "P4", measures: measures(null, "no air") })];
  const spread = spread_of(all), infos = images({ measures: [{ id: "ghost", label: { en: "Ghost", zh: "鬼影" }, unit: "%", what: "" }] }).measures;
  assert.deepEqual(spread.get(spread_key("t2_1", "ghost")), [7.4, 1]);
  const show = (q: ImageQuality | undefined) => (q ? renderToString(<Measures image={q} infos={infos} spread={spread} />) : "");
  assert.ok(show(all[0]).includes("Ghost: 7.4%; limit: at most 4.5%; 2 images from 1% to 7.4%") && show(all[0]).includes('class="beyond level-exclude"'));
  assert.ok(!show(all[1]).includes('class="beyond'));
  assert.ok(show(all[3]).includes("no air") && !show(all[3]).includes("<svg"));
  const at = (value: number | null, lower: number | null, upper: number | null) => beyond({ id: "x", value, reason: null, lower, upper, doubtful_lower: null, doubtful_upper: null });
  assert.deepEqual([at(5, null, 4.5), at(4.5, null, 4.5), at(1, 2, null), at(null, 2, 3), at(1, null, null)], [true, false, true, false, false]);
});

test("the strip stands one value, equal values and none", () => {
  const strip = (values: number[], value: number | null) => renderToString(<StripPlot values={values} value={value} lower={null} upper={null} label="x" />);
  assert.equal(strip([], null), "");
  for (const html of [strip([3], 3), strip([3, 3], 3), strip([], 2)]) {
    assert.match(html, /<circle cx="140.0"/);
    assert.doesNotMatch(html, /NaN|Infinity/);
  }
});

test("one row a patient: the worse of two images, and what is open", () => {
  const { open } = images({ open: [{ patient: "P0", centre: "B", role: "t2_1" }] });
  const rows = matrix_rows([image({ patient: "P2" }), image({ patient: "P1" }), image({ patient: "P1", verdict: "doubtful" }), image({ patient: "P1", verdict: "ok" })], open);
  assert.deepEqual(rows.map((r) => r.patient), ["P0", "P1", "P2"]);
  assert.equal(rows[1]?.images.get("t2_1")?.verdict, "doubtful");
  assert.ok(rows[0]?.open.has("t2_1"));
});

test("study, name and reason are put into the command, quoted; what is not known stays", () => {
  const command = "larc decide STUDY --patient 'TEXT --by NAME' --image t2_1 --series none --by NAME --reason TEXT";
  assert.equal(filled(command, { study: "", by: "" }, " "), command);
  assert.equal(filled(command, { study: "/data/my study", by: "Dr Chen" }, "it's blurred $&"),
    "larc decide '/data/my study' --patient 'TEXT --by NAME' --image t2_1 --series none --by 'Dr Chen' --reason 'it'\\''s blurred $&'");
});

test("a case: every image, its measures against the limits, what waits, what is missing and why, and commands", () => {
  const measures = [{ id: "ghost", value: 3, lower: null, upper: 4.5, doubtful_upper: 2.5 }];
  const document = {
    roles: ["t2_1", "dwi_1", "adc_1"].map((id) => ({ id, label: id })), measures: [{ id: "ghost", label: { en: "Ghost", zh: "鬼影" }, unit: "%", what: "" }],
    quality: [{ patient: "P1", role: "t2_1", verdict: "doubtful", reasons: [{ id: "ghost", text: "Strong ghost" }], measures, picture: { png: "AAAA" }, commands: { keep: "larc decide K --by NAME --reason TEXT", exclude: "larc decide E --by NAME --reason TEXT" } }],
    open: [{ patient: "P1", role: "dwi_1", state: "ambiguous", why: "two fit", command_none: "larc decide N" }], absent: [{ patient: "P1", role: "adc_1", why: "no series fits" }],
  };
  const { quality, open, absent, roles, measures: infos } = images(document);
  const [row] = matrix_rows(quality, open, absent);
  assert.ok(row);
  const html = renderToString(<CaseView of={row} roles={roles.map((r) => ({ id: r.id, label: r.id }))} infos={infos} show_open={() => {}} />);
  for (const words of ["Strong ghost", "3%", "doubtful above 2.5%, excluded above 4.5%", "level-doubtful", "two fit", "larc decide N", "no series fits", "base64,AAAA",
    "larc decide K --by NAME --reason TEXT", "larc decide E --by NAME --reason &#39;Strong ghost&#39;"]) assert.ok(html.includes(words) || html.replaceAll("&#39;", "'").includes(words.replaceAll("&#39;", "'")), words);
  assert.equal(level_of({ id: "x", value: 1, reason: null, lower: 0.5, upper: null, doubtful_lower: 1.5, doubtful_upper: null }), "doubtful");
  // One patient alone stands open; of several none.
  assert.ok(page(document, "en").includes('class="case"'));
  assert.ok(!page({ ...document, quality: [...document.quality, { ...document.quality[0], patient: "P2" }] }, "en").includes('class="case"'));
  assert.deepEqual(["#case-P%201&lang=zh", "#lang=en&case-A", "#quality", "#case-%E0%A4%A"].map(case_of), ["P 1", "A", "", ""]);
});

test("pairs that are only alike stand apart from duplicates and are counted nowhere", () => {
  const pair = { kind: "alike", similarity: 0.85, first: { patient: "P1", role: "t2_1" }, second: { patient: "P2", role: "t2_1" } };
  const html = page({ alike: [pair] }, "en");
  for (const words of ["Look at these pairs", "similarity 0.850", "No two images are the same", "Nothing waits for your eye"]) assert.ok(html.includes(words), words);
  assert.ok(!page({}, "en").includes("Look at these pairs"));
});

test("duplicates under two patient numbers come first", () => {
  const { duplicates } = images(sample);
  assert.deepEqual(sort_duplicates(duplicates).map((d) => d.same_patient), [false, true]);
  const html = page(sample, "en");
  for (const words of ["two patient numbers, two centres", "similarity 0.994", "same patient"]) assert.ok(html.includes(words), words);
  assert.equal(images({ duplicates: [{ first: { patient: "P1" }, second: { patient: "P1" } }] }).duplicates[0]?.same_patient, true);
});

test("series are filtered and sorted, unknown numbers last", () => {
  const { series } = images({
    series: [{ patient: "P2", sequence: "t2", slices: 24, role: "t2_1", description: "T2 tra" }, { patient: "P1", sequence: "dwi", slices: 26 }, { patient: "P3", sequence: "t2", time: "after_therapy" }],
  });
  const none = { centre: "", sequence: "", time: "", role: "", words: "" };
  const of = (more: Partial<typeof none>) => filter_series(series, { ...none, ...more }).map((s) => s.patient);
  assert.deepEqual([of({ sequence: "t2" }), of({ role: "-" }), of({ role: "t2_1" }), of({ time: "after_therapy" }), of({ words: "TRA" }), of({ words: "p1" })],
    [["P2", "P3"], ["P1", "P3"], ["P2"], ["P3"], ["P2"], ["P1"]]);
  assert.deepEqual(sort_series(series, "slices", false).map((s) => s.patient), ["P2", "P1", "P3"]);
  assert.deepEqual(sort_series(series, "patient", true).map((s) => s.patient), ["P3", "P2", "P1"]);
});
