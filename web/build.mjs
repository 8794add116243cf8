// Bundles the report page: report.js, report.css, template.html into --outdir (default dist).
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { outdir: { type: "string", default: join(here, "dist") } } });
const outdir = resolve(values.outdir);
mkdirSync(outdir, { recursive: true });

const result = await build({
  entryPoints: { report: join(here, "src/report/main.tsx") },
  outdir,
  bundle: true,
  metafile: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome96", "firefox98", "safari15"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  charset: "utf8",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
copyFileSync(join(here, "src/report/template.html"), join(outdir, "template.html"));

// The licences of what is in the bundle, to ship beside the program.
const packages = new Map(Object.keys(result.metafile.inputs).flatMap((input) => {
  const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input);
  return match ? [[match[2], match[1]]] : [];
}));
writeFileSync(join(outdir, "licences.txt"), [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, folder]) => {
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
}).join("\n----\n\n"));

// Both files go inside one HTML file: nothing in them may end the element they stand in or be taken for a marker.
for (const [file, forbidden] of [["report.js", /<\/script|<!--/i], ["report.css", /<\/style|<!--/i]]) {
  const found = forbidden.exec(readFileSync(join(outdir, file), "utf8"));
  if (found) throw new Error(`${file} contains "${found[0]}", which cannot stand inside an HTML file; write it differently in the source`);
}
