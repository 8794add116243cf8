import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Picture } from "../images.ts";
import { use_words } from "../language.tsx";
import { Enlarged, png_source } from "../report/enlarged.tsx";
import type { View } from "../report/enlarged.tsx";

const ShowLarge = createContext<(views: View[]) => void>(() => {});

/** Holds the one dialog that enlarges any picture of the page. */
export function WithLarge({ children }: { children: ComponentChildren }) {
  const [views, set_views] = useState<View[]>([]);
  return (
    <ShowLarge.Provider value={set_views}>
      {children}
      {views.length > 0 && <Enlarged views={views} close={() => set_views([])} />}
    </ShowLarge.Provider>
  );
}

/** A picture that enlarges on a click, with its companions where it has some; a grey field where there is none. */
export function Thumbnail({ picture, name, views }: { picture: Picture | null; name: string; views: View[] }) {
  const { t } = use_words();
  const show = useContext(ShowLarge);
  if (!picture) return <div class="picture none">{t("im_no_picture")}</div>;
  return (
    <button type="button" class="picture" aria-label={t("im_enlarge", { text: name })} onClick={() => show(views)}>
      <img src={png_source(picture.png)} alt="" loading="lazy" width={picture.width ?? undefined} height={picture.height ?? undefined} />
    </button>
  );
}
