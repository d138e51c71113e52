import type { ListOperation } from '../operations/operation.ts';
import type { OwnVisit } from './visit.ts';

/** Lists of what waits for somebody: the declarations say so in what they count, and they ask for nothing. */
export const queuesOf = ({ allowed }: OwnVisit): readonly ListOperation[] =>
  allowed.filter(
    (operation): operation is ListOperation => operation.kind === 'list' && operation.counted === 'waiting',
  );
