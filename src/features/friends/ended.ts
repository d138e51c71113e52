import { p } from '../../platform/database/query.ts';
import { changedTo } from './relation.ts';

const me = p('me');
const other = p('other');

/** The mark of a batch that has just ended the friendship of `me` and `other`. */
export const friendshipEnded = changedTo(0, me, other);
