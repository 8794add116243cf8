import { useEffect, useRef } from "preact/hooks";
import { use_words } from "../language.tsx";

export type View = { png: string; title: string; caption: string };

export const png_source = (png: string) => `data:image/png;base64,${png}`;

/** Pictures over the page, side by side; a click or Escape closes them. */
export function Enlarged({ views, close }: { views: View[]; close: () => void }) {
  const { t } = use_words();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class={views.length > 1 ? "beside-views" : undefined} onClose={close} onClick={() => dialog.current?.close()}>
      <div class="views">
        {views.map((view, i) => (
          <figure key={i}>
            <img src={png_source(view.png)} alt="" />
            <figcaption><strong>{view.title}</strong> <span>{view.caption}</span></figcaption>
          </figure>
        ))}
      </div>
      <p><button type="button">{t("close")}</button></p>
    </dialog>
  );
}
