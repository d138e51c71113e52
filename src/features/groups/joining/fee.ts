import { sql } from 'drizzle-orm';
import { groups, JOIN } from '../../../../db/schema/groups.ts';
import { p } from '../../../platform/database/query.ts';

/** How long the lower fee holds after it was raised (docs/decisions.md#join-modes). */
export const NOTICE_MS = 10 * 60 * 1000;

/** SQL of the fen that joining a row of `groups` costs at `:now` where it is paid: 0 where a fee was never set. */
export const feeInForce = sql<number>`CASE WHEN ${groups.feeSince} > ${p('now')} THEN ${groups.lowerFee} ELSE ${groups.fee} END`;

/** The same in every join mode: 0 where joining is not paid. */
export const feeNow = sql<number>`CASE WHEN ${groups.joinMode} = ${JOIN.paid} THEN ${feeInForce} ELSE 0 END`;
