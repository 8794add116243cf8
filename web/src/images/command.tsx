import { useRef, useState } from "preact/hooks";
import { use_words } from "../language.tsx";

/** A command to paste into a terminal. Where the browser lets no page copy, the text is selected instead. */
export function Command({ text, name }: { text: string; name: string }) {
  const { t } = use_words();
  const code = useRef<HTMLElement>(null);
  const [said, set_said] = useState<{ of: string; words: string } | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set_said({ of: text, words: t("im_copied") });
    } catch {
      if (code.current) getSelection()?.selectAllChildren(code.current);
      set_said({ of: text, words: t("im_copy_failed") });
    }
  };
  return (
    <div class="command">
      <code ref={code} tabIndex={0}>{text}</code>
      <button type="button" onClick={copy}>{name}</button>
      <span role="status">{said?.of === text ? said.words : ""}</span>
    </div>
  );
}
