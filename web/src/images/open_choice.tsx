import type { Candidate, OpenChoice } from "../images.ts";
import { use_words } from "../language.tsx";
import { Command } from "./command.tsx";
import { filled, Judge, use_reader } from "./commands.tsx";
import { command_for, fact_phrase, fact_text, kFactNames, tell_apart } from "./facts.ts";
import type { Fact } from "./facts.ts";
import { Thumbnail } from "./large.tsx";

/** One image that the study needs and the series that could be it, side by side. */
export function OpenChoiceView({ choice, chosen, choose }: { choice: OpenChoice; chosen: string | undefined; choose: (series: string) => void }) {
  const { t, pick } = use_words();
  const { candidates } = choice;
  const { differ, same } = tell_apart(candidates);
  const alone = candidates.length < 2;
  const reader = use_reader();
  const said = (c: Candidate, fact: Fact) => pick(fact_text(c, fact)) || t("undefined_value");
  const [first] = candidates;
  const phrases = (c: Candidate, facts: Fact[]) => facts.map((f) => pick(fact_phrase(c, f))).filter((x) => x !== "").join(" · ");
  const shared = first && !alone && same.length > 0 ? t("im_same_in_all", { text: phrases(first, same) }) : "";
  const name = (c: Candidate, i: number) => `${choice.patient}, ${pick(choice.label)}, ${c.description || t("im_candidate", { n: i + 1 })}`;
  const views = candidates.flatMap((c) => (c.picture
    ? [{ png: c.picture.png, title: c.description || choice.patient, caption: phrases(c, (alone ? same : differ).filter((f) => f !== "description")) }]
    : []));
  return (
    <article class="open-choice">
      <h3><code>{choice.patient}</code> {pick(choice.label)} {choice.centre && <small class="quiet">{t("centre")} {choice.centre}</small>}</h3>
      <p class="why">{(choice.state === "time_unknown" || !pick(choice.why)) && <span class="badge soft">{t(`im_${choice.state}`)}</span>} {pick(choice.why)}</p>
      {shared && <p class="small quiet">{shared}</p>}
      {candidates.length > 1 && differ.length === 0 && <p class="small warning">{t("im_no_difference")}</p>}
      {candidates.length === 0 && <p class="quiet">{t("im_no_candidates")}</p>}
      <div class="candidates">
        {candidates.map((c, i) => (
          <div key={`${c.series} ${i}`} class={chosen === c.series ? "candidate chosen" : "candidate"}>
            <Thumbnail picture={c.picture} name={name(c, i)} views={views} />
            <dl class={alone ? "candidate-facts" : "candidate-facts differ"}>
              {(alone ? same : differ).map((f) => <div key={f}><dt>{t(kFactNames[f])}</dt><dd>{said(c, f)}</dd></div>)}
            </dl>
            <button type="button" class="choose" aria-pressed={chosen === c.series} aria-label={`${t("im_choose")}: ${name(c, i)}`} title={c.series}
              onClick={() => choose(chosen === c.series ? "" : c.series)}>{chosen === c.series ? `✓ ${t("im_chosen")}` : t("im_choose")}</button>
          </div>
        ))}
      </div>
      {choice.command && candidates.length > 0 && (chosen
        ? <Command text={filled(command_for(choice.command, chosen), reader, "")} name={t("im_copy_command")} />
        : <p class="small quiet">{t("im_choose_first")}</p>)}
      <Judge title={t("im_none_fits")} commands={[{ command: choice.command_none, name: "im_copy_none" }]} />
    </article>
  );
}
