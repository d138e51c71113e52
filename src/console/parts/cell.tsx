/** @jsxImportSource hono/jsx */
import { titleOf } from '../operations/title.ts';
import { linkTo, PATHS, pageOf } from '../paths.ts';
import { mayDo, type OwnVisit } from '../visit.ts';

interface Shown {
  readonly visit: OwnVisit;
  /** The member that the value is of. */
  readonly name: string;
  readonly value: unknown;
}

/** A text of so many characters is never broken. */
const SHORT = 12;
/** Members whose text is money, in yuan. */
const MONEY = /^(?:yuan|amount|balance|price|fee|left|reversed)$|Yuan$/;
/** Members whose text names files. */
const FILES = /^(?:pictures?|images?|url|link)$/;
/** Members that hold what somebody has written: no word of ours, whatever it says. */
const WRITTEN =
  /^(?:name|text|reason|note|lastNote|title|content|description|holder|bank|place|device|version|detail)$/;
const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\+08:00)?$/;
/** What names a person or a group in a text: `user 100001`. */
const NAMED = /^(user|group) ([1-9]\d{0,15})$/;

/** Members that name a person, beside `user`. */
const PEOPLE = ['user', 'sender', 'payer', 'payee', 'owner', 'author', 'admins', 'by'];
/** Members that name something with a page of its own, and the operation that shows it. */
const THINGS: Readonly<Record<string, readonly [operation: string, param: string]>> = {
  group: ['groups.show', 'group'],
  message: ['messages.show', 'message'],
  moment: ['moments.show', 'moment'],
  packet: ['packets.show', 'packet'],
  transfer: ['transfers.show', 'transfer'],
  journal: ['ledger.journal', 'journal'],
  endedBy: ['ledger.journal', 'journal'],
  returnedBy: ['ledger.journal', 'journal'],
  refund: ['refunds.show', 'refund'],
  approval: ['approvals.show', 'approval'],
};

export const isMoney = (name: string): boolean => MONEY.test(name);

/** A time of Asia/Shanghai, with its offset. */
export const Time = ({ text }: { text: string }) => {
  const [, day, time] = TIME.exec(text) ?? [];
  return day ? (
    <time datetime={`${day}T${time}+08:00`}>
      {day} {time} <small>+08:00</small>
    </time>
  ) : (
    <span>{text}</span>
  );
};

const Person = ({ visit, number }: { visit: OwnVisit; number: number | string }) =>
  mayDo(visit, 'users.show') ? (
    <a href={linkTo(PATHS.person, { user: number })}>{number}</a>
  ) : (
    <span>{number}</span>
  );

/** What a number names: a link for those who may look at it. */
const Thing = ({ visit, name, number }: { visit: OwnVisit; name: string; number: number | string }) => {
  if (PEOPLE.includes(name)) return <Person visit={visit} number={number} />;
  const [operation = '', param = ''] = Object.hasOwn(THINGS, name) ? (THINGS[name] ?? []) : [];
  if (!mayDo(visit, operation)) return <span>{number}</span>;
  const path = operation === 'groups.show' ? PATHS.group : pageOf(operation);
  return <a href={linkTo(path, { [param]: number })}>{number}</a>;
};

/** Addresses in a text, each a link that says nothing of where it was found. */
const Files = ({ text }: { text: string }) => (
  <>
    {text.split(/[,\s]+/).map((part, i) => (
      <>
        {i > 0 && ' '}
        {/^https?:\/\//.test(part) ? (
          <a href={part} target="_blank" rel="noreferrer noopener">
            {part.length > 40 ? `…${part.slice(-32)}` : part}
          </a>
        ) : (
          part
        )}
      </>
    ))}
  </>
);

/** Facts as the audit keeps them: `{"identity":"waits"}`. */
function factsIn(text: string): readonly (readonly [name: string, value: string])[] | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return Object.entries(JSON.parse(text)).map(([name, value]) => [name, String(value)] as const);
  } catch {
    return undefined;
  }
}

const Facts = ({ visit, facts }: { visit: OwnVisit; facts: NonNullable<ReturnType<typeof factsIn>> }) => {
  const { member, value } = visit.speech;
  if (facts.length === 0) return <span class="nothing">–</span>;
  return <span>{facts.map(([name, text]) => `${member(name)}: ${value(text)}`).join(', ')}</span>;
};

/** A single value, as it is best read. */
export const Cell = ({ visit, name, value }: Shown) => {
  const { words } = visit.speech;
  if (value === null || value === undefined || value === '') return <span class="nothing">–</span>;
  if (typeof value === 'boolean') return <>{value ? words.yes : words.no}</>;
  if (typeof value === 'number') return <Thing visit={visit} name={name} number={value} />;
  if (typeof value === 'object') return <code>{JSON.stringify(value)}</code>;
  const text = String(value);
  if (WRITTEN.test(name)) return <>{text}</>;
  const facts = factsIn(text);
  if (facts) return <Facts visit={visit} facts={facts} />;
  const operation = name === 'operation' && mayDo(visit, text);
  if (operation) return <>{titleOf(visit.speech, operation)}</>;
  const [, kind, number] = NAMED.exec(text) ?? [];
  if (kind && number)
    return (
      <>
        {visit.speech.value(kind)} <Thing visit={visit} name={kind} number={number} />
      </>
    );
  if (TIME.test(text)) return <Time text={text} />;
  if (isMoney(name)) return <span class="money">¥ {text}</span>;
  if (FILES.test(name)) return <Files text={text} />;
  const shown = visit.speech.value(text);
  return shown.length <= SHORT ? <span class="word">{shown}</span> : <>{shown}</>;
};
