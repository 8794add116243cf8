import { render } from "preact";
import { read_study } from "../read_study.ts";
import type { Study } from "../study.ts";
import { kMessages } from "../i18n.ts";
import { Report } from "./report.tsx";
import "./report.css";

function start(): void {
  const place = document.getElementById("larc-report");
  if (!place) return;
  let study: Study;
  try {
    study = read_study(JSON.parse(document.getElementById("larc-study")?.textContent ?? ""));
  } catch (error) {
    const { en, zh } = kMessages.page_failed;
    place.className = "page-failed";
    place.textContent = `${en} / ${zh}: ${error instanceof Error ? error.message : String(error)}`;
    return;
  }
  render(<Report study={study} />, place);
}

start();
