// Puts a study document into the page, as larc does: node tools/assemble.mjs DIST STUDY.json OUT.html
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function assemble(dist, json) {
  const read = (name) => readFileSync(join(dist, name), "utf8");
  return read("template.html")
    .replace("<!--larc:css-->", () => read("report.css"))
    .replace("<!--larc:data-->", () => json.replaceAll("<", "\\u003c"))
    .replace("<!--larc:js-->", () => read("report.js"));
}

const [dist, study, out] = process.argv.slice(2);
if (out) writeFileSync(out, assemble(dist, readFileSync(study, "utf8")));
