import { count } from "../format.ts";
import { without_objection } from "../images.ts";
import type { ImageRole, Status } from "../images.ts";
import { use_words } from "../language.tsx";
import { Cell, Value } from "../report/parts.tsx";
import type { Num } from "../study.ts";

const kParts = ["used", "doubtful", "excluded", "open", "missing"] as const;
type Part = (typeof kParts)[number];

const part_of = (role: ImageRole, part: Part): Num => (part === "used" ? without_objection(role) : role[part]);

function Bar({ role }: { role: ImageRole }) {
  const parts = kParts.map((part) => [part, part_of(role, part) ?? 0] as const).filter(([, n]) => n > 0);
  return <div class="role-bar" aria-hidden="true">{parts.map(([part, n]) => <span key={part} class={`part-${part}`} style={{ flexGrow: n }} />)}</div>;
}

/** Per kind of image: how many patients have it, and what stands in the way. Numbers lead to the pictures. */
export function RoleTable({ roles, show_quality, show_open }: {
  roles: ImageRole[]; show_quality: (role: string, status: Status) => void; show_open: (role: string) => void;
}) {
  const { t, pick } = use_words();
  if (roles.length === 0) return <p class="quiet">{t("im_no_roles")}</p>;
  const link = (role: ImageRole, part: Part) => {
    const n = part_of(role, part);
    if (!n || part === "missing") return <Value text={count(n)} />;
    const go = () => (part === "open" ? show_open(role.id) : show_quality(role.id, part === "used" ? "ok" : part));
    return <a class="num" href={part === "open" ? "#decide" : "#quality"} onClick={go}>{count(n)}</a>;
  };
  return (
    <>
      <ul class="legend parts">{kParts.map((part) => <li key={part}><span class={`swatch part-${part}`} /> {t(`im_${part}`)}</li>)}</ul>
      <table class="stack roles">
        <thead>
          <tr>
            <th scope="col">{t("im_role")}</th><th scope="col" class="left">{t("im_share")}</th>
            {kParts.map((part) => <th key={part} scope="col">{t(`im_${part}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {roles.map((role) => (
            <tr key={role.id}>
              <th scope="row">{pick(role.label)}</th>
              <Cell label="" left><Bar role={role} /></Cell>
              {kParts.map((part) => <Cell key={part} label={t(`im_${part}`)}>{link(role, part)}</Cell>)}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
