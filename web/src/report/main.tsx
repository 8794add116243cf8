import { render } from "preact";
import type { ComponentChild } from "preact";
import { FlowPage } from "../flow/flow_page.tsx";
import { kMessages } from "../i18n.ts";
import { ImagesPage } from "../images/images_page.tsx";
import { read_flow } from "../read_flow.ts";
import { read_images } from "../read_images.ts";
import { read_study } from "../read_study.ts";
import { Report } from "./report.tsx";
import "./report.css";
import "../images/images.css";

/** The page of the document's schema. Throws where the document is none of ours. */
function page_of(json: unknown): ComponentChild {
  const schema = typeof json === "object" && json !== null && "schema" in json ? json.schema : "";
  if (schema === "larc.flow/1") return <FlowPage flow={read_flow(json)} />;
  if (schema === "larc.images/1") return <ImagesPage images={read_images(json)} />;
  return <Report study={read_study(json)} />;
}

function start(): void {
  const place = document.getElementById("larc-report");
  if (!place) return;
  let page: ComponentChild;
  try {
    page = page_of(JSON.parse(document.getElementById("larc-study")?.textContent ?? ""));
  } catch (error) {
    const { en, zh } = kMessages.page_failed;
    place.className = "page-failed";
    place.textContent = `${en} / ${zh}: ${error instanceof Error ? error.message : String(error)}`;
    return;
  }
  render(page, place);
}

start();
