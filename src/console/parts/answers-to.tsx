/** @jsxImportSource hono/jsx */
import { titleOf } from '../operations/title.ts';
import { linkTo, pageOf } from '../paths.ts';
import type { OwnVisit } from '../visit.ts';

/** What a complaint is about, as operations take it: a `user` or `group`, and a `moment`, `comment`, `message` or `note`. */
function reported(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const [kind = '', number = ''] = String(facts['about']).split(' ');
  const what = String(facts['what']);
  return { [kind]: number, ...(what === '' ? {} : { [what]: String(facts['item']) }) };
}

/** Acts that answer a complaint which is shown: each leads to its form, with the complaint filled in. */
export const AnswersTo = ({
  visit,
  facts,
}: {
  visit: OwnVisit;
  facts: Readonly<Record<string, unknown>>;
}) => {
  if (facts['state'] !== 'open') return null;
  const { allowed, speech } = visit;
  const known = reported(facts);
  const ways = allowed.flatMap((operation) => {
    const [first = ''] = operation.operands ?? [];
    const value = known[first];
    return 'report' in operation.params && first !== 'report' && value !== undefined
      ? [{ operation, first, value }]
      : [];
  });
  if (ways.length === 0) return null;
  return (
    <p class="ways">
      {ways.map(({ operation, first, value }) => (
        <a
          class="button"
          href={linkTo(pageOf(operation.name), { [first]: value, report: String(facts['report']) })}
          title={speech.about(operation)}
        >
          {titleOf(speech, operation)}
        </a>
      ))}
    </p>
  );
};
