import { type SQL, sql } from 'drizzle-orm';
import { APPROVAL, approvals } from '../../../db/schema/approvals.ts';
import { mobileRequests } from '../../../db/schema/mobile-requests.ts';
import { strayPayments } from '../../../db/schema/payment-orders.ts';
import { REFUND, refunds } from '../../../db/schema/refunds.ts';
import { REPORT, reports } from '../../../db/schema/reports.ts';
import { REVIEW, reviews } from '../../../db/schema/reviews.ts';
import { IDENTITY, identityChecks } from '../../../db/schema/users.ts';
import { PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import { p } from '../../platform/database/query.ts';
import type { Role } from '../actor.ts';
import { list as approvalList } from '../approvals/operations.ts';
import { rolesOf } from '../describe.ts';
import { list as identities } from '../identity/operations.ts';
import { list as mobileList } from '../mobiles/operations.ts';
import type { Operation } from '../operation.ts';
import { list as payoutList } from '../payouts/operations.ts';
import { list as refundList } from '../refunds/operations.ts';
import { list as reportList } from '../reports/operations.ts';
import { list as reviewList } from '../reviews/operations.ts';
import { list as strayList } from '../strays/operations.ts';

/** Things that wait for operators. */
interface Declared {
  /** The table's rows `w`. */
  readonly rows: SQL;
  /** What names one, and what orders them: an index has both, of those that wait. */
  readonly item: SQL;
  readonly order: SQL;
  /** Since when it waits, epoch ms. */
  readonly since: SQL;
  /** The condition that it waits. Value: `now`. */
  readonly waits: SQL;
  /** True where an item is a number. */
  readonly isNumber: boolean;
  /** The list that shows them: its roles see the queue. */
  readonly list: Pick<Operation, 'roles'>;
}

const raw = (value: number) => sql.raw(String(value));

/** A request for a second operator, until it expires. The one that ends first has waited longest. */
const asked = (which: SQL) => ({
  rows: sql`${approvals} AS w`,
  item: sql`w.id`,
  order: sql`w.expires_at`,
  since: sql`w.asked_at`,
  waits: sql`w.state = ${raw(APPROVAL.waits)} AND w.expires_at > ${p('now')} AND ${which}`,
  isNumber: true,
  list: approvalList,
});

const declared = {
  reports: {
    rows: sql`${reports} AS w`,
    item: sql`w.id`,
    order: sql`w.created_at`,
    since: sql`w.created_at`,
    waits: sql`w.status = ${raw(REPORT.open)}`,
    isNumber: true,
    list: reportList,
  },
  review: {
    rows: sql`${reviews} AS w`,
    item: sql`w.id`,
    order: sql`w.created_at`,
    since: sql`w.created_at`,
    waits: sql`w.state = ${raw(REVIEW.waits)}`,
    isNumber: true,
    list: reviewList,
  },
  identity: {
    rows: sql`${identityChecks} AS w`,
    item: sql`w.user_id`,
    order: sql`w.submitted_at`,
    since: sql`w.submitted_at`,
    waits: sql`w.state = ${raw(IDENTITY.waits)}`,
    isNumber: true,
    list: identities,
  },
  payouts: {
    rows: sql`${payouts} AS w`,
    item: sql`w.id`,
    order: sql`w.created_at`,
    since: sql`w.created_at`,
    waits: sql`w.state = ${raw(PAYOUT.waiting)}`,
    isNumber: true,
    list: payoutList,
  },
  strays: {
    rows: sql`${strayPayments} AS w`,
    item: sql`w.trade_no`,
    order: sql`w.found_at`,
    since: sql`w.found_at`,
    // Any time: with it, their index is the one that is used.
    waits: sql`w.refunded_at IS NULL AND w.found_at > 0`,
    isNumber: false,
    list: strayList,
  },
  refunds: {
    rows: sql`${refunds} AS w`,
    item: sql`w.id`,
    order: sql`w.created_at`,
    since: sql`w.created_at`,
    waits: sql`w.state = ${raw(REFUND.underWay)}`,
    isNumber: true,
    list: refundList,
  },
  corrections: asked(sql`w.operation LIKE 'corrections.%'`),
  approvals: asked(sql`w.operation NOT LIKE 'corrections.%'`),
  mobiles: {
    rows: sql`${mobileRequests} AS w`,
    item: sql`w.user_id`,
    order: sql`w.expires_at`,
    since: sql`w.asked_at`,
    waits: sql`w.expires_at > ${p('now')}`,
    isNumber: true,
    list: mobileList,
  },
} satisfies Readonly<Record<string, Declared>>;

export type QueueName = keyof typeof declared;
export type Queue = Declared & { readonly name: QueueName };

/** Every queue, in the order in which they are shown. */
export const queues: readonly Queue[] = Object.entries(declared).map(([name, queue]) => ({
  ...queue,
  name: name as QueueName, // its own keys
}));
export const QUEUE_NAMES = queues.map(({ name }) => name) as [QueueName, ...QueueName[]];

/** Whether a role sees a queue: it may see the list of what waits there. */
export const isSeenBy = (queue: Queue, role: Role): boolean => rolesOf(queue.list).includes(role);
