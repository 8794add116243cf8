import { useState } from "preact/hooks";
import { significant } from "../format.ts";
import { use_words } from "../language.tsx";
import type { Thumbnail } from "../study.ts";
import { Enlarged, png_source } from "./enlarged.tsx";
import { Section, use_shortened } from "./parts.tsx";

function caption(image: Thumbnail): string {
  return [image.centre, image.role, image.volume_ml === null ? "" : `${significant(image.volume_ml)} mL`].filter((s) => s !== "").join(" · ");
}

export function ImagesSection({ thumbnails, centres }: { thumbnails: Thumbnail[]; centres: string[] }) {
  const { t } = use_words();
  const place = (centre: string) => (centres.indexOf(centre) + 1 || centres.length + 1);
  const sorted = [...thumbnails].sort((a, b) => place(a.centre) - place(b.centre));
  const { shown, button } = use_shortened(sorted, 24);
  const [large, set_large] = useState<Thumbnail | null>(null);
  return (
    <Section id="images" title={t("images")} lead={t("images_how")}>
      <div class="gallery">
        {shown.map((image, i) => (
          <figure key={`${image.patient} ${image.role} ${i}`}>
            <button type="button" onClick={() => set_large(image)} aria-label={t("enlarge", { patient: image.patient })}>
              <img src={png_source(image.png)} alt="" loading="lazy" width={image.width ?? undefined} height={image.height ?? undefined} />
            </button>
            <figcaption><strong>{image.patient}</strong><span>{caption(image)}</span></figcaption>
          </figure>
        ))}
      </div>
      {button}
      {large && <Enlarged views={[{ png: large.png, title: large.patient, caption: caption(large) }]} close={() => set_large(null)} />}
    </Section>
  );
}
