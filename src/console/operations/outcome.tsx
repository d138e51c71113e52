/** @jsxImportSource hono/jsx */
import type { Operation } from '../../operations/operation.ts';
import type { Done } from '../carry-out.ts';
import { FactSheet } from '../parts/facts.tsx';
import { Good } from '../parts/message.tsx';
import { Table } from '../parts/table.tsx';
import type { OwnVisit } from '../visit.ts';
import { BackLink } from './back-link.tsx';

interface Shown {
  readonly visit: OwnVisit;
  readonly operation: Operation;
  readonly done: Done;
  readonly back: string | undefined;
}

type Line = Readonly<Record<string, unknown>>;

/** What was done with each line of a file, and why nothing was done with some. */
const Lines = ({ visit, lines }: { visit: OwnVisit; lines: readonly Line[] }) => {
  const { speech } = visit;
  const rows = lines.map(({ why, ...line }) => ({
    ...line,
    ...(typeof why === 'string' ? { why: speech.refusal(why) ?? why } : {}),
  }));
  return <Table visit={visit} caption={speech.member('lines')} rows={rows} />;
};

const isLines = (value: unknown): value is readonly Line[] =>
  Array.isArray(value) && value.every((line) => typeof line === 'object' && line !== null);

/** Whether nothing was done yet, because a second operator has to approve. */
export const isWaiting = ({ answer }: Done): boolean => answer['waits'] === true;

/** What an act came to. */
export const Outcome = ({ visit, operation, done, back }: Shown) => {
  const { words } = visit.speech;
  const { done: _, waits: _waits, lines, ...facts } = done.answer;
  const isMany = operation.kind === 'many';
  return (
    <>
      <Good>
        {isWaiting(done)
          ? words.waitsForSecond
          : isMany
            ? words.linesDone(Number(facts['count']), Number(facts['of']))
            : words.done}
        {done.isReplay && ` ${words.doneBefore}`}
      </Good>
      {operation.kind === 'act' && operation.printed && <p class="sealed">{words.onceOnly}</p>}
      {!isMany && <FactSheet visit={visit} facts={facts} />}
      {isMany && isLines(lines) && <Lines visit={visit} lines={lines} />}
      <p class="ways">
        <BackLink visit={visit} path={back} />
      </p>
    </>
  );
};
