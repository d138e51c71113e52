import type { ListOperation } from '../operations/operation.ts';
import type { OwnVisit } from './visit.ts';

/** Lists of work that count what they hold by another word. */
const QUEUES = ['approvals.list', 'refunds.list', 'reports.reported'];
/** Lists whose rows stand together in another. */
const PARTS = ['reports.list'];

/** Lists of what waits for somebody: what they count says so. They ask for nothing. */
export const queuesOf = ({ allowed }: OwnVisit): readonly ListOperation[] =>
  allowed.filter(
    (operation): operation is ListOperation =>
      operation.kind === 'list' &&
      !PARTS.includes(operation.name) &&
      (operation.counted === 'waiting' || QUEUES.includes(operation.name)),
  );
