// The finished file in a browser: what larc's C++ side does with the template, then Chromium. Skipped where there is no Chromium.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { pathToFileURL } from "node:url";
import { make_flow_sample } from "../sample/make_flow_sample.mjs";
import { make_images_sample } from "../sample/make_images_sample.mjs";
import { make_sample } from "../sample/make_sample.mjs";

const web = process.env["LARC_WEB_DIR"] ?? ".";
const chromium = process.env["CHROMIUM"] ?? "chromium";
const skip = spawnSync(chromium, ["--version"]).status === 0 ? false : "no chromium on this machine";
const folder = mkdtempSync(join(tmpdir(), "larc-page-test-"));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

type Sample = { cases: { failed: { case: string; stage: string; reason: string }[] } };
const run = (script: string, ...args: string[]) => execFileSync(process.execPath, [join(web, script), ...args]);

/** The page as it stands, or after a script has used it. */
function show(study: unknown, hash: string, script = ""): string {
  const json = join(folder, "study.json"), html = join(folder, "page.html");
  writeFileSync(json, JSON.stringify(study));
  run("tools/assemble.mjs", folder, json, html);
  if (script) writeFileSync(html, `${readFileSync(html, "utf8")}<script>setTimeout(() => {${script}}, 300)</script>`);
  return execFileSync(chromium, [
    "--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(folder, "profile")}`, "--virtual-time-budget=3000", "--window-size=1280,3000",
    "--dump-dom", pathToFileURL(html).href + hash,
  ], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28, timeout: 120_000 });
}

/** The letters of an encoded picture can spell anything. */
const without_pictures = (dom: string) => dom.replace(/base64,[A-Za-z0-9+/=]+/g, "base64,");

test("the bundle is built and nothing in it can end its element or fetch anything", () => {
  run("build.mjs", "--outdir", folder);
  const page = ["report.js", "report.css", "template.html"].map((file) => readFileSync(join(folder, file), "utf8"));
  assert.doesNotMatch(page[0] ?? "", /<\/script|<!--/i);
  assert.doesNotMatch(page[1] ?? "", /<\/style|<!--|@import|url\(/i);
  assert.match(page[2] ?? "", /default-src 'none'/);
  for (const marker of ["css", "data", "js"]) assert.equal((page[2] ?? "").split(`<!--larc:${marker}-->`).length, 2);
});

test("every chart is drawn, in both languages", { skip }, () => {
  for (const [hash, lang, words] of [["#lang=en", "en", "Numbers at risk"], ["#lang=zh", "zh-Hans", "风险人数"]] as const) {
    const dom = show(make_sample(), hash);
    assert.ok(dom.includes(`<html lang="${lang}"`), lang);
    assert.ok(dom.includes(words));
    assert.doesNotMatch(dom, /class="(chart|page)-failed"/);
    assert.equal([...dom.matchAll(/class="plot"/g)].length, [...dom.matchAll(/class="plot"><svg/g)].length);
    assert.ok([...dom.matchAll(/class="plot"><svg/g)].length >= 15);
  }
});

test("a document that tries to end its element stays text", { skip }, () => {
  const study = make_sample() as Sample;
  study.cases.failed = [{ case: "X", stage: "import", reason: "</script><b id='escaped'>x</b><!--larc:js-->" }];
  const body = show(study, "#lang=en").split("<div id=\"larc-report\"")[1]?.split("<script")[0] ?? "";
  assert.ok(body.includes("&lt;/script&gt;&lt;b id='escaped'&gt;"));
});

test("charts stand undefined numbers", { skip }, () => {
  const study = JSON.parse(JSON.stringify(make_sample(), (_, x: unknown) => (typeof x === "number" && x < 0.7 ? null : x)));
  const dom = show(study, "#lang=en");
  assert.doesNotMatch(dom, /class="(chart|page)-failed"/);
  assert.doesNotMatch(without_pictures(dom).split("<script")[0] ?? "", /NaN/);
});

test("a screening document gets the screening page, in both languages", { skip }, () => {
  for (const [hash, words] of [["#lang=en", "Cannot be judged yet"], ["#lang=zh", "暂无法判断"]] as const) {
    const dom = show(make_flow_sample(), hash);
    assert.ok(dom.includes(words));
    assert.match(dom, /class="fd-box kept"/);
    assert.doesNotMatch(dom, /class="(chart|page)-failed"/);
  }
});

test("a document of images gets its page, in both languages, and few elements however many images", { skip }, () => {
  for (const [hash, words] of [["#lang=en", "Choose this one"], ["#lang=zh", "选定此序列"]] as const) {
    const dom = show(make_images_sample(250), hash);
    assert.ok(dom.includes(words));
    assert.doesNotMatch(dom, /class="(chart|page)-failed"/);
    assert.ok([...without_pictures(dom).split("<script")[0]?.matchAll(/<[a-z]/g) ?? []].length < 4000);
  }
});

test("choosing a series gives its command; a number leads to the pictures it counts", { skip }, () => {
  const document = make_images_sample() as { open: { candidates: { series: string }[] }[] };
  const dom = show(document, "#lang=en", `
    document.querySelectorAll(".choose")[1].click();
    document.querySelectorAll(".open-choice")[1].querySelector(".choose").click();
    document.querySelector(".roles a[href='#quality']").click();
  `);
  for (const series of [document.open[0]?.candidates[1]?.series, document.open[1]?.candidates[0]?.series]) assert.ok(dom.includes(`--series '${series}' --by NAME --reason TEXT</code>`), series);
  assert.ok(dom.includes("2 of 4 chosen"));
  assert.ok(dom.includes("Patient by patient") && !dom.includes('class="image-card '), "only images without objection are left");
});

test("a broken document says so in both languages", { skip }, () => {
  const dom = show({ schema: "other" }, "");
  assert.match(dom, /class="page-failed"/);
  assert.match(dom, /The report cannot be shown \/ 无法显示报告: .*larc\.study\/1/);
});
