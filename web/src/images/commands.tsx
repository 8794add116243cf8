// Commands that a page proposes, with what only the reader knows put in.
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import type { MessageKey } from "../i18n.ts";
import { use_words } from "../language.tsx";
import { Command } from "./command.tsx";

/** Who reads this page, and where the study lies; "" while it is not said. */
export type Reader = { study: string; by: string };
type ReaderState = { reader: Reader; set_reader: (reader: Reader) => void };
const CommandReader = createContext<ReaderState>({ reader: { study: "", by: "" }, set_reader: () => {} });

/** Holds the names that all commands of the page share. */
export function WithReader({ children }: { children: ComponentChildren }) {
  const [reader, set_reader] = useState<Reader>({ study: "", by: "" });
  return <CommandReader.Provider value={{ reader, set_reader }}>{children}</CommandReader.Provider>;
}

export const use_reader = () => useContext(CommandReader).reader;

/** A word of a POSIX shell. */
export const shell_word = (text: string) => (/^[\w.,/~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The command with study, name and reason in place of STUDY, NAME and TEXT; what is not known stays to be filled in. */
export function filled(command: string, { study, by }: Reader, reason: string): string {
  const word = (text: string, unknown: string) => (text.trim() === "" ? unknown : shell_word(text.trim()));
  return command.replace(/^larc decide STUDY /, () => `larc decide ${word(study, "STUDY")} `)
    .replace(/ --by NAME --reason TEXT$/, () => ` --by ${word(by, "NAME")} --reason ${word(reason, "TEXT")}`);
}

function Field({ name, value, example, choose }: { name: string; value: string; example: string; choose: (value: string) => void }) {
  return <label>{name} <input type="text" value={value} placeholder={example} spellcheck={false} onInput={(e) => choose(e.currentTarget.value)} /></label>;
}

/** Where the reader says once what every command needs. */
export function ReaderFields() {
  const { t } = use_words();
  const { reader, set_reader } = useContext(CommandReader);
  return (
    <p class="reader">
      <span class="small quiet">{t("im_for_commands")}</span>
      <Field name={t("im_study_folder")} value={reader.study} example="STUDY" choose={(study) => set_reader({ ...reader, study })} />
      <Field name={t("im_your_name")} value={reader.by} example="NAME" choose={(by) => set_reader({ ...reader, by })} />
    </p>
  );
}

/** A reason, and the commands that it goes into. */
export function Judge({ title, proposed = "", commands }: { title: string; proposed?: string; commands: { command: string; name: MessageKey; takes_proposed?: boolean }[] }) {
  const { t } = use_words();
  const reader = use_reader();
  const [reason, set_reason] = useState("");
  const offered = commands.filter((c) => c.command !== "");
  if (offered.length === 0) return null;
  return (
    <details class="judge">
      <summary>{title}</summary>
      <p class="reader"><Field name={t("im_reason")} value={reason} example={proposed || "TEXT"} choose={set_reason} /></p>
      {offered.map((c) => <Command key={c.name} text={filled(c.command, reader, reason || (c.takes_proposed ? proposed : ""))} name={t(c.name)} />)}
    </details>
  );
}
