import { sql } from 'drizzle-orm';
import { operators, operatorTokens } from '../../../db/schema/operators.ts';
import type { OperatorId } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';

/**
 * The person behind an actor, for telling two of them apart. A token's is the operator who has made it. A user of the
 * machine and an operator of one name are taken for one person, and `sudo` makes nobody else of anybody.
 */
export interface Eyes {
  /** As `operator 17`, `token 9` (one that the shell has made) or `cli:anna`. */
  readonly key: string;
  readonly name: string;
}

const maker = prepareRead<{ token: OperatorId }, { id: OperatorId | null; name: string | null }>(
  sql`SELECT o.id, o.name FROM ${operatorTokens} AS t LEFT JOIN ${operators} AS o ON o.id = t.created_by
    WHERE t.id = ${p('token')}`,
  ['id', 'name'],
);

/** Whose eyes these are. */
export async function eyesOf({ db }: Pick<Platform, 'db'>, actor: Actor): Promise<Eyes> {
  if (actor.kind === 'job') return { key: `job ${actor.name}`, name: actor.name };
  if (actor.kind === 'shell') {
    const name = actor.user.replace(/ \(sudo\)$/, '');
    return { key: `cli:${name}`, name };
  }
  if (actor.scopes === undefined) return { key: `operator ${actor.id}`, name: actor.name };
  const [found] = await db.read(maker({ token: actor.id }));
  if (found?.id) return { key: `operator ${found.id}`, name: found.name ?? '' };
  return { key: `token ${actor.id}`, name: actor.name };
}
