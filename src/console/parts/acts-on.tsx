/** @jsxImportSource hono/jsx */
import { described } from '../../operations/describe.ts';
import type { Operation } from '../../operations/operation.ts';
import { withoutDone } from '../flash.ts';
import { titleOf } from '../operations/title.ts';
import { linkTo, pageOf } from '../paths.ts';
import type { OwnVisit } from '../visit.ts';

interface Shown {
  readonly visit: OwnVisit;
  /** What the page is about, as operations take it: `user`, `packet`. */
  readonly param: string;
  readonly value: string;
  /** The operation whose page it is. */
  readonly besides: string;
}

/** What is done to it, or shows more of it. */
const isOn =
  ({ param, besides }: Shown) =>
  (operation: Operation) =>
    operation.name !== besides && operation.kind !== 'list' && operation.operands?.[0] === param;

/** Lists that can be asked about it alone. */
const isListOf =
  ({ param }: Shown) =>
  (operation: Operation) =>
    operation.kind === 'list' &&
    param in operation.params &&
    described(operation).params.every(({ name, isOptional }) => isOptional || name === param);

/** What this operator may do to what a page is about, and which lists tell more of it. */
export const ActsOn = (shown: Shown) => {
  const { visit, param, value } = shown;
  const { allowed, speech, url, call } = visit;
  const ways = [...allowed.filter(isOn(shown)), ...allowed.filter(isListOf(shown))];
  if (ways.length === 0) return null;
  const bySubject = Map.groupBy(ways, ({ name }) => name.slice(0, name.indexOf('.')));
  // What was asked for with a form cannot be asked for again by a link.
  const back = call.request.method === 'POST' ? linkTo(url.pathname, { [param]: value }) : withoutDone(url);
  return (
    <section>
      <h2>{speech.words.whatMayBeDone}</h2>
      <dl class="acts">
        {[...bySubject].map(([subject, found]) => (
          <div>
            <dt>{speech.subject(subject)}</dt>
            <dd>
              {found.map((operation) => (
                <a
                  class={operation.kind === 'list' ? undefined : 'button'}
                  href={linkTo(pageOf(operation.name), {
                    [param]: value,
                    _back: operation.kind === 'list' ? undefined : back,
                  })}
                  title={speech.about(operation)}
                  aria-label={titleOf(speech, operation)}
                >
                  {speech.label(operation)}
                </a>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
