import { kGlossary } from "../glossary.ts";
import { use_words } from "../language.tsx";
import { Section } from "./parts.tsx";

export function GlossarySection() {
  const { t, pick } = use_words();
  return (
    <Section id="glossary" title={t("glossary")}>
      <dl class="glossary">
        {kGlossary.map((entry) => <div key={entry.term.en}><dt>{pick(entry.term)}</dt><dd>{pick(entry.text)}</dd></div>)}
      </dl>
    </Section>
  );
}
