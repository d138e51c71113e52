import { and, eq, type SQL, sql } from 'drizzle-orm';
import { idempotencyKeys } from '../../db/schema/platform.ts';
import type { UserId } from '../core/ids.ts';
import { digest } from '../core/sealing.ts';
import type { Db } from '../platform/database/db.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  prepareSelect,
  type Values,
} from '../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../platform/database/sweep.ts';
import type { Keys } from '../platform/keys/keys.ts';
import { refuseParameter } from './failure.ts';
import type { RawParams } from './pairs.ts';

/** How long a key is remembered (docs/decisions.md#idempotency). */
export const KEY_LIFE_MS = 7 * 24 * 3600 * 1000;
/** What UNIQUE says when two calls with one key meet. */
export const KEY_TAKEN = 'idempotency_keys.user_id, idempotency_keys.endpoint, idempotency_keys.key';

/** A call made with a key. */
export interface KeyedCall {
  readonly user: UserId;
  readonly endpoint: string;
  readonly key: string;
  /** Digest of the parameters that make two calls the same. */
  readonly digest: string;
  /** And those that an earlier PAY_PEPPER made of them. */
  readonly oldDigests: readonly string[];
}

/** Passwords are checked on every call, and nothing of theirs may be stored, not even in a digest. */
const NOT_COMPARED = new Set(['userId', 'token', 'payPwd', 'pwd', 'requestId']);

/**
 * The call's key and digest; undefined without a key. A key is 1 to 128 visible ASCII characters. The digest is
 * keyed: card numbers are among the parameters, and few enough to be tried one by one.
 */
export function keyedCall(
  { pepper, oldPeppers }: Pick<Keys, 'pepper' | 'oldPeppers'>,
  user: UserId,
  endpoint: string,
  params: RawParams,
  header: string | undefined,
): KeyedCall | undefined {
  const key = header ?? params.get('requestId');
  if (!key) return undefined;
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) refuseParameter('requestId');
  const compared = [...params]
    .filter(([name]) => !NOT_COMPARED.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const under = (one: Uint8Array) => digest(one, 'idempotency_keys.digest', JSON.stringify(compared));
  return { user, endpoint, key, digest: under(pepper), oldDigests: oldPeppers.map(under) };
}

/** What a call is known by. */
type CallValues = {
  readonly reply_user: UserId;
  readonly reply_endpoint: string;
  readonly reply_key: string;
};
/** What the row that remembers a reply wants; its names are its own among a batch's values. */
export type ReplyValues = CallValues & {
  readonly reply_digest: string;
  readonly reply_text: string;
  readonly reply_at: number;
};

const columns = { digest: idempotencyKeys.digest, reply: idempotencyKeys.reply };
const findReply = prepareSelect<CallValues>()(columns, (select) =>
  select
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.userId, p('reply_user')),
        eq(idempotencyKeys.endpoint, p('reply_endpoint')),
        eq(idempotencyKeys.key, p('reply_key')),
      ),
    ),
);

const callValues = ({ user, endpoint, key }: KeyedCall): CallValues => ({
  reply_user: user,
  reply_endpoint: endpoint,
  reply_key: key,
});

/** @param text the envelope that was answered @param now epoch ms */
export const replyValues = (call: KeyedCall, text: string, now: number): ReplyValues => ({
  ...callValues(call),
  reply_digest: call.digest,
  reply_text: text,
  reply_at: now,
});

/** The envelope that this key was answered with. Other parameters under the same key are refused. */
export async function rememberedReply(db: Db, call: KeyedCall): Promise<string | undefined> {
  const [row] = await db.read(findReply(callValues(call)));
  if (row && ![call.digest, ...call.oldDigests].includes(row.digest)) refuseParameter('requestId');
  return row?.reply;
}

/**
 * The row that remembers a reply, for the batch that does the work. Prepared once, at module level.
 * @param mark SQL that holds when the batch's first statement did its work, with placeholders of its own
 * @param reply SQL of the envelope, where only the batch knows it; else what `remember` is given
 */
export const replyRow = <Wanted extends Values = NoMore>(
  mark: SQL = sql`1`,
  reply: SQL = p('reply_text'),
): Prepared<number, Wanted & ReplyValues> =>
  prepareChange<Wanted & ReplyValues>(
    sql`INSERT INTO ${idempotencyKeys} (user_id, endpoint, key, digest, reply, created_at)
      SELECT ${p('reply_user')}, ${p('reply_endpoint')}, ${p('reply_key')}, ${p('reply_digest')},
        ${reply}, ${p('reply_at')} WHERE ${mark}`,
  );

const sweep = prepareSweep(idempotencyKeys, idempotencyKeys.createdAt);
/** Forgets keys whose calls nobody repeats any more. */
export const sweepKeys: Sweep = (now, limit) => sweep({ before: now - KEY_LIFE_MS, limit });
