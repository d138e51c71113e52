import { and, eq, isNull, sql } from 'drizzle-orm';
import { operators } from '../../../db/schema/operators.ts';
import type { OperatorId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { OperatorName } from './name.ts';

const anyOperator = prepareRead<void, { found: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${operators} WHERE removed_at IS NULL)`,
  ['found'],
);

/** Whether the operators' side is open at all. */
export const hasOperators = async (db: Db): Promise<boolean> =>
  (await db.read(anyOperator()))[0]?.found === 1;

const named = prepareSelect<{ name: OperatorName }>()({ id: operators.id, role: operators.role }, (select) =>
  select.from(operators).where(and(eq(operators.name, p('name')), isNull(operators.removedAt))),
);

export interface FoundOperator {
  readonly id: OperatorId;
  readonly role: string;
}

export const findOperator = async (db: Db, name: OperatorName): Promise<FoundOperator | undefined> =>
  (await db.read(named({ name })))[0];
