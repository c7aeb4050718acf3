// What people keep about a run, to be read: in a report it can no longer be changed.

import type { Mark } from "../state/wire";
import { t } from "../text/texts";
import { Fact } from "./figures";

export function Kept({ mark: { tags, note } }: { mark: Mark }) {
  if (tags.length === 0 && note === "") return null;
  return (
    <dl class="facts kept">
      {tags.length > 0 ? <Fact name={t.report.tags}>{tags.map((tag) => <span key={tag} class="tag">{tag}</span>)}</Fact> : null}
      {note === "" ? null : <Fact name={t.run.note} wide><p class="note">{note}</p></Fact>}
    </dl>
  );
}
