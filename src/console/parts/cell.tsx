/** @jsxImportSource hono/jsx */
import { titleOf } from '../operations/title.ts';
import { linkTo, PATHS } from '../paths.ts';
import { mayDo, type OwnVisit } from '../visit.ts';

interface Shown {
  readonly visit: OwnVisit;
  /** The member that the value is of. */
  readonly name: string;
  readonly value: unknown;
}

/** Members whose text is money, in yuan. */
const MONEY = /^(?:yuan|amount|balance|price|fee)$|Yuan$/;
/** Members whose text names files. */
const FILES = /^(?:pictures?|images?|url|link)$/;
const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\+08:00)?$/;
const USER = /^user ([1-9]\d{0,15})$/;

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
  if (name === 'user' && typeof value === 'number') return <Person visit={visit} number={value} />;
  if (typeof value === 'object') return <code>{JSON.stringify(value)}</code>;
  const text = String(value);
  const facts = factsIn(text);
  if (facts) return <Facts visit={visit} facts={facts} />;
  const operation = name === 'operation' && mayDo(visit, text);
  if (operation) return <>{titleOf(visit.speech, operation)}</>;
  const [, user] = USER.exec(text) ?? [];
  if (user)
    return (
      <>
        {visit.speech.value('user')} <Person visit={visit} number={user} />
      </>
    );
  if (TIME.test(text)) return <Time text={text} />;
  if (isMoney(name)) return <span class="money">¥ {text}</span>;
  if (FILES.test(name)) return <Files text={text} />;
  return <>{visit.speech.value(text)}</>;
};
