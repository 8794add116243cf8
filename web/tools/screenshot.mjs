// Pictures of a page in both languages and two widths, and as printed: node tools/screenshot.mjs PAGE.html OUTDIR
// Uses the chromium named by $CHROMIUM, otherwise the one on the path.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const chromium = process.env.CHROMIUM ?? "chromium";
const kCommon = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=4000"];

/** Runs chromium with a profile of its own and returns what it prints. */
export function browse(page, options, hash = "") {
  const profile = mkdtempSync(join(tmpdir(), "larc-page-"));
  try {
    return execFileSync(chromium, [...kCommon, `--user-data-dir=${profile}`, ...options, pathToFileURL(resolve(page)).href + hash], {
      stdio: ["ignore", "pipe", "ignore"], encoding: "utf8", maxBuffer: 1 << 28, timeout: 120_000,
    });
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const [page, outdir] = process.argv.slice(2);
if (process.argv[1]?.endsWith("screenshot.mjs") && page && outdir) {
  mkdirSync(outdir, { recursive: true });
  for (const language of ["en", "zh"]) {
    browse(page, ["--window-size=1280,12500", `--screenshot=${resolve(outdir, `${language}-1280.png`)}`], `#lang=${language}`);
    // The browser's window is never narrower than 500: a phone is a frame in a page.
    const frame = resolve(outdir, "phone.html");
    const source = `${pathToFileURL(resolve(page)).href}#lang=${language}`;
    writeFileSync(frame, `<body style="margin:0"><iframe src="${source}" style="width:420px;height:15900px;border:0"></iframe>`);
    browse(frame, ["--window-size=500,15900", `--screenshot=${resolve(outdir, `${language}-420.png`)}`]);
    rmSync(frame);
    browse(page, ["--no-pdf-header-footer", `--print-to-pdf=${resolve(outdir, `${language}.pdf`)}`], `#lang=${language}`);
  }
}
