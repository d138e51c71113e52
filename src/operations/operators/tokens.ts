import { sql } from 'drizzle-orm';
import { operatorTokens } from '../../../db/schema/operators.ts';
import type { ChangeId, OperatorId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Role } from '../actor.ts';
import type { OperatorName } from './name.ts';

/**
 * Tokens of programs: batches as those of `roster.ts`, whose first query, `marked`, answers 0 where nothing was done.
 */

/** What a new token may do, for how long, and from where. */
export interface NewToken {
  readonly name: OperatorName;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly addresses: readonly string[];
  readonly expiresAt: number;
  readonly createdBy: OperatorId | undefined;
  readonly digest: string;
}

/** Names a token, the call that changes it, and when. */
export type TokenChange = {
  readonly token: OperatorId;
  readonly mark_change: ChangeId;
  readonly now: number;
};

const id = p('token');

/** The mark of a new token. */
export const tokenAdded = rowOf(operatorTokens, 'token');
const nameIsFree = sql`NOT EXISTS (SELECT 1 FROM ${operatorTokens} WHERE name = ${p('name')} AND revoked_at IS NULL)`;
type Row = TokenChange & {
  name: OperatorName;
  role: Role;
  scopes: string;
  addresses: string;
  digest: string;
  created_by: OperatorId | null;
  expires_at: number;
};
const add = prepareChange<Row>(
  sql`INSERT INTO ${operatorTokens} (id, name, role, scopes, addresses, digest, created_by, created_at, expires_at, change_id)
    SELECT ${id}, ${p('name')}, ${p('role')}, ${p('scopes')}, ${p('addresses')}, ${p('digest')}, ${p('created_by')},
      ${p('now')}, ${p('expires_at')}, ${p('mark_change')} WHERE ${orTaken(nameIsFree, tokenAdded)}`,
);

/** A new token. Nothing where the name is taken. */
export const addToken = (change: TokenChange, token: NewToken) => ({
  marked: add({
    ...change,
    name: token.name,
    role: token.role,
    scopes: JSON.stringify(token.scopes),
    addresses: JSON.stringify(token.addresses),
    digest: token.digest,
    created_by: token.createdBy ?? null,
    expires_at: token.expiresAt,
  }),
});

/** Mark of a token that was revoked. */
export const tokenChanged = sql`EXISTS (SELECT 1 FROM ${operatorTokens} WHERE id = ${id} AND change_id = ${p('mark_change')})`;
const revoke = prepareChange<TokenChange>(
  sql`UPDATE ${operatorTokens} SET revoked_at = ${p('now')}, change_id = ${p('mark_change')}
    WHERE id = ${id} AND revoked_at IS NULL`,
);

/** Ends a token, at once. Nothing where it is revoked already. */
export const revokeToken = (change: TokenChange) => ({ marked: revoke(change) });

const named = prepareRead<{ name: OperatorName }, { id: OperatorId }>(
  sql`SELECT id FROM ${operatorTokens} WHERE name = ${p('name')} AND revoked_at IS NULL`,
  ['id'],
);
/** The number of the token of this name that is not revoked. */
export const findToken = async (db: Db, name: OperatorName): Promise<OperatorId | undefined> =>
  (await db.read(named({ name })))[0]?.id;

const madeBy = prepareRead<{ operator: OperatorId }, { name: string }>(
  sql`SELECT name FROM ${operatorTokens} WHERE created_by = ${p('operator')} AND revoked_at IS NULL ORDER BY name`,
  ['name'],
);
/** The names of the tokens that an operator has made and nobody has revoked. */
export const tokensOf = async (db: Db, operator: OperatorId): Promise<string[]> =>
  (await db.read(madeBy({ operator }))).map(({ name }) => name);

/** A token as it is listed, its lists as JSON. Times are epoch ms. */
type ListedRow = {
  readonly id: OperatorId;
  readonly name: string;
  readonly role: string;
  readonly scopes: string;
  readonly addresses: string;
  readonly createdBy: OperatorId | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
};
const all = prepareRead<{ after: string }, ListedRow>(
  sql`SELECT id, name, role, scopes, addresses, created_by, created_at, expires_at, used_at FROM ${operatorTokens}
    WHERE revoked_at IS NULL AND name > ${p('after')} ORDER BY name LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['id', 'name', 'role', 'scopes', 'addresses', 'createdBy', 'createdAt', 'expiresAt', 'usedAt'],
);

const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${operatorTokens} WHERE revoked_at IS NULL`,
  ['total'],
);
/** How many tokens nobody has revoked. */
export const countTokens = async (db: Db): Promise<number> => (await db.read(count()))[0]?.total ?? 0;

export interface ListedToken extends Omit<ListedRow, 'scopes' | 'addresses'> {
  readonly scopes: readonly string[];
  readonly addresses: readonly string[];
}
const listIn = (json: string): string[] => JSON.parse(json); // as `addToken` wrote it

/** Tokens by name, those behind `after`, that nobody has revoked. */
export const listTokens = async (db: Db, after = ''): Promise<ListedToken[]> =>
  (await db.read(all({ after }))).map((row) => ({
    ...row,
    scopes: listIn(row.scopes),
    addresses: listIn(row.addresses),
  }));

/** A use is noted when the last noted one is so old, so that not each call writes. */
const NOTED_MS = 60_000;
type FoundRow = Pick<ListedRow, 'id' | 'name' | 'role' | 'scopes' | 'addresses' | 'usedAt'>;
const find = prepareRead<{ digest: string; now: number }, FoundRow>(
  sql`SELECT id, name, role, scopes, addresses, used_at FROM ${operatorTokens}
    WHERE digest = ${p('digest')} AND revoked_at IS NULL AND expires_at > ${p('now')}`,
  ['id', 'name', 'role', 'scopes', 'addresses', 'usedAt'],
);
const noteUse = prepareChange<{ token: OperatorId; now: number }>(
  sql`UPDATE ${operatorTokens} SET used_at = ${p('now')} WHERE id = ${id} AND revoked_at IS NULL`,
);

export interface FoundToken extends Pick<ListedToken, 'id' | 'name' | 'role' | 'scopes' | 'addresses'> {
  /** Notes that it was used. */
  used(): Promise<void>;
}

/** The token of this digest that is good now. Whether it may call from there is the caller's to see. */
export async function openToken(db: Db, digest: string, now: number): Promise<FoundToken | undefined> {
  const [found] = await db.read(find({ digest, now }));
  if (!found) return undefined;
  return {
    ...found,
    scopes: listIn(found.scopes),
    addresses: listIn(found.addresses),
    async used() {
      if ((found.usedAt ?? 0) <= now - NOTED_MS) await db.write(noteUse({ token: found.id, now }));
    },
  };
}
