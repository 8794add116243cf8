import { useState } from "preact/hooks";
import type { OpenChoice } from "../images.ts";
import { use_words } from "../language.tsx";
import { use_more } from "../report/parts.tsx";
import { Command } from "./command.tsx";
import { filled, ReaderFields, use_reader } from "./commands.tsx";
import { command_for } from "./facts.ts";
import { options_of, Select } from "./filters.tsx";
import { OpenChoiceView } from "./open_choice.tsx";

const key_of = (c: OpenChoice) => `${c.patient} ${c.role}`;

/** Everything a person has to choose, and the commands that say what was chosen. */
export function OpenChoices({ open, role, set_role, role_name, role_order }: {
  open: OpenChoice[]; role: string; set_role: (role: string) => void; role_name: (id: string) => string; role_order: string[];
}) {
  const { t } = use_words();
  const reader = use_reader();
  const [centre, set_centre] = useState("");
  const [chosen, set_chosen] = useState<Record<string, string>>({});
  const kept = open.filter((c) => (role === "" || c.role === role) && (centre === "" || c.centre === centre));
  const { shown, button } = use_more(kept, 8, `${role} ${centre}`);
  if (open.length === 0) return <p class="quiet">{t("im_nothing_open")}</p>;
  const commands = open.flatMap((c) => {
    const series = chosen[key_of(c)];
    return series && c.command ? [filled(command_for(c.command, series), reader, "")] : [];
  });
  return (
    <>
      <p class="how">{t("im_decide_how")}</p>
      <ReaderFields />
      <p class="filters">
        <Select name={t("im_role")} all={`${t("im_all_roles")} (${open.length})`} value={role} options={options_of(open, (c) => c.role, role_name, role_order)} choose={set_role} />
        <Select name={t("centre")} all={t("all_centres_filter")} value={centre} options={options_of(open, (c) => c.centre, (c) => c)} choose={set_centre} />
      </p>
      {kept.length === 0 && <p class="quiet">{t("im_none_match")}</p>}
      {shown.map((c) => (
        <OpenChoiceView key={key_of(c)} choice={c} chosen={chosen[key_of(c)] || undefined}
          choose={(series) => set_chosen((before) => ({ ...before, [key_of(c)]: series }))} />
      ))}
      {button}
      {commands.length > 1 && (
        <div class="all-commands">
          <strong>{t("im_commands_n", { n: commands.length, all: open.length })}</strong>
          <Command text={commands.join("\n")} name={t("im_copy_all", { n: commands.length })} />
        </div>
      )}
    </>
  );
}
