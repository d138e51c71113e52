import { type SQL, sql } from 'drizzle-orm';
import * as z from 'zod';
import { LOGIN_EVENT, LOGIN_RESULT, loginEvents } from '../../../db/schema/login-events.ts';
import type { UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead, type Values } from '../../platform/database/query.ts';
import { numberOf, optional, time } from '../params.ts';
import { kindText, onOneLine, timeText } from '../shown.ts';

/** What both views of events take, beside whose they are. */
export const pageParams = {
  until: optional(time('time until which')),
  before: optional(numberOf('event')),
};

/** An event as it is shown. */
export const eventShape = z.object({
  event: z.number(),
  at: z.string(),
  user: z.number(),
  what: z.string(),
  result: z.string(),
  subject: z.string(),
  kind: z.string(),
  device: z.string(),
  address: z.string(),
  port: z.number(),
});
/** A page of events, the newest first; `next` is what `before` takes for the next page, null on the last. */
export const eventsShape = z.object({ events: z.array(eventShape), next: z.number().nullable() });
type Events = z.output<typeof eventsShape>;

type Row = {
  readonly id: number;
  readonly at: number;
  readonly user: UserId;
  readonly what: number;
  readonly result: number;
  readonly subject: string;
  readonly kind: number;
  readonly device: string;
  readonly address: string;
  readonly port: number;
};
type Behind = { readonly at: number; readonly event: number };

const prepareEvents = <Wanted extends Values>(whose: SQL) =>
  prepareRead<Behind & Wanted, Row>(
    sql`SELECT id, at, user_id, what, result, subject, device, uuid, address, port FROM ${loginEvents}
      WHERE ${whose} AND (at, id) < (${p('at')}, ${p('event')})
      ORDER BY at DESC, id DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
    ['id', 'at', 'user', 'what', 'result', 'subject', 'kind', 'device', 'address', 'port'],
  );
const ofUser = prepareEvents<{ user: UserId }>(sql`user_id = ${p('user')}`);
const ofAddress = prepareEvents<{ address: string }>(sql`address = ${p('address')}`);
const ofPort = prepareEvents<{ address: string; port: number }>(
  sql`address = ${p('address')} AND port = ${p('port')}`,
);
const timeOf = prepareRead<{ event: number }, { at: number }>(
  sql`SELECT at FROM ${loginEvents} WHERE id = ${p('event')}`,
  ['at'],
);

const WHAT: Readonly<Record<number, string>> = {
  [LOGIN_EVENT.login]: 'login',
  [LOGIN_EVENT.logout]: 'logout',
  [LOGIN_EVENT.register]: 'registration',
  [LOGIN_EVENT.newPassword]: 'new password',
  [LOGIN_EVENT.address]: 'new address',
  [LOGIN_EVENT.moment]: 'moment',
  [LOGIN_EVENT.comment]: 'comment',
  [LOGIN_EVENT.note]: 'group note',
  [LOGIN_EVENT.report]: 'report',
  [LOGIN_EVENT.upload]: 'upload',
};
const RESULTS: Readonly<Record<number, string>> = {
  [LOGIN_RESULT.success]: 'success',
  [LOGIN_RESULT.wrongPassword]: 'wrong password',
  [LOGIN_RESULT.wrongCode]: 'wrong code',
  [LOGIN_RESULT.locked]: 'locked',
  [LOGIN_RESULT.disabled]: 'disabled',
};

/** What a page is asked for by: `pageParams`. */
interface Asked {
  readonly until?: number | undefined;
  readonly before?: number | undefined;
}

/** Behind which event a page begins: the one that was named, else the newest until then. */
async function behind(db: Db, { until = Number.MAX_SAFE_INTEGER, before }: Asked): Promise<Behind> {
  const [found] = before === undefined ? [] : await db.read(timeOf({ event: before }));
  const isEarlier = found !== undefined && found.at <= until;
  return isEarlier ? { at: found.at, event: before ?? 0 } : { at: until, event: Number.MAX_SAFE_INTEGER };
}

function pageOf(rows: readonly Row[]): Events {
  const events = rows.map(({ id, at, user, what, result, subject, kind, device, address, port }) => ({
    event: id,
    at: timeText(at),
    user,
    what: WHAT[what] ?? 'unknown',
    result: RESULTS[result] ?? 'unknown',
    subject: onOneLine(subject),
    kind: kindText(kind),
    device: onOneLine(device),
    address,
    port,
  }));
  return { events, next: rows.length < LIST_SIZE ? null : (rows.at(-1)?.id ?? null) };
}

/** From where and when an account was used, the newest first; also of one that is there no more. */
export const eventsOfUser = async (db: Db, user: UserId, asked: Asked): Promise<Events> =>
  pageOf(await db.read(ofUser({ user, ...(await behind(db, asked)) })));

/** From an address, or a port of it: which accounts were used, and when, the newest first. */
export async function eventsOfAddress(
  db: Db,
  address: string,
  port: number | undefined,
  asked: Asked,
): Promise<Events> {
  const place = await behind(db, asked);
  const of = port === undefined ? ofAddress({ address, ...place }) : ofPort({ address, port, ...place });
  return pageOf(await db.read(of));
}
