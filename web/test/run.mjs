// Bundles the tests with esbuild, so that they run on any Node from 18 on, and hands them to Node's test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(here).filter((file) => /\.test\.tsx?$/.test(file));
const outdir = mkdtempSync(join(here, "..", "node_modules", ".larc-test-"));
try {
  await build({
    entryPoints: tests.map((file) => join(here, file)),
    outdir, bundle: true, platform: "node", format: "esm", target: "node18", outExtension: { ".js": ".mjs" },
    jsx: "automatic", jsxImportSource: "preact", packages: "external", loader: { ".css": "empty" }, logLevel: "warning",
  });
  const files = tests.map((file) => join(outdir, file.replace(/\.tsx?$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit", env: { ...process.env, LARC_WEB_DIR: join(here, "..") } }).status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
