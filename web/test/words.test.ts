import assert from "node:assert/strict";
import test from "node:test";
import { kGlossary } from "../src/glossary.ts";
import { choose_language, kKindLabels, kMessages, kMetricLabels, kStageLabels, make_hash, section_of, translate } from "../src/i18n.ts";
import { kFactPhrases, kOrientationLabels, kSequenceLabels, kUnitLabels } from "../src/i18n_images.ts";
import type { Text } from "../src/study.ts";

test("every text is in both languages with the same values", () => {
  const texts: [string, Text][] = [
    ...Object.entries(kMessages), ...Object.entries(kKindLabels), ...Object.entries(kMetricLabels), ...Object.entries(kStageLabels),
    ...[kFactPhrases, kOrientationLabels, kSequenceLabels, kUnitLabels].flatMap((labels) => Object.entries(labels)),
    ...kGlossary.flatMap((g): [string, Text][] => [[g.term.en, g.term], [g.term.en, g.text]]),
  ];
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
  for (const [key, { en, zh }] of texts) {
    assert.ok(en.length > 0 && zh.length > 0, key);
    assert.equal(names(en), names(zh), key);
    assert.doesNotMatch(en, /[\u3000-\u9fff]/, key);
  }
  for (const [key, { en, zh }] of Object.entries(kMessages)) {
    if (en.replace(/\{\w+\}/g, "").length > 12) assert.match(zh, /[\u4e00-\u9fff]/, `${key} is not translated`);
  }
});

test("values are put in, unknown ones stay visible", () => {
  assert.equal(translate("en", "cases_failed"), "failed");
  assert.equal(translate("en", "patients_n", { n: 5 }), "5 patients");
  assert.equal(translate("zh", "patients_n", { n: 5 }), "5 例患者");
  assert.equal(translate("en", "patients_n"), "{n} patients");
});

test("the language comes from the hash, then the query, then the browser", () => {
  assert.equal(choose_language("#lang=zh", "?lang=en", "en-US"), "zh");
  assert.equal(choose_language("#cohort&lang=en", "", "zh-CN"), "en");
  assert.equal(choose_language("#cohort", "?lang=zh", "en-US"), "zh");
  assert.equal(choose_language("", "", "zh-TW"), "zh");
  assert.equal(choose_language("", "", "de"), "en");
  assert.equal(choose_language("#lang=fr", "", "en"), "en");
});

test("the hash keeps both section and language", () => {
  assert.equal(make_hash("cohort", "zh"), "#cohort&lang=zh");
  assert.equal(make_hash("", "en"), "#lang=en");
  assert.equal(section_of("#lang=zh&endpoint-pcr"), "endpoint-pcr");
  assert.equal(section_of("#lang=zh"), "");
});
