import * as z from 'zod';
import { chinaDateText } from '../../core/china-time.ts';
import type { OperatorId } from '../../core/ids.ts';
import type { Platform } from '../../realtime/context.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { drawSecret } from './drawn-secret.ts';
import { findOperator } from './find.ts';
import { linkOf } from './link.ts';
import { countOperators, listOperators } from './list.ts';
import type { OperatorName } from './name.ts';
import { nameOf, role } from './names.ts';
import { addOperator, changeRole, INVITATION_MS, removeOperator, resetOperator } from './roster.ts';
import { tokensOf } from './tokens.ts';

/** These need the database alone, and no key of the server: a laptop does them, too. */
export type Alone = Pick<Platform, 'db' | 'clock' | 'random' | 'ids' | 'config'>;

const operator = nameOf('operator');
const changeOf = ({ ids, clock }: Alone, id: OperatorId) => ({
  operator: id,
  mark_change: ids.mark(),
  now: clock.now(),
});
const known = async ({ db }: Alone, name: OperatorName) =>
  (await findOperator(db, name)) ?? nothingDone(`There is no operator ${name}.`);
const isLast = (name: OperatorName) =>
  `${name} is the last owner who can log in: make another one first, who has logged in.`;

/** An invitation, and what is said of it once. */
function invitation(home: Alone) {
  const { text, digest } = drawSecret('invitation', home.random);
  const until = chinaDateText(home.clock.now() + INVITATION_MS);
  return { digest, told: { invitation: text, link: linkOf(home.config, text), until } };
}

export const list = listing({
  name: 'operators.list',
  roles: [],
  about: 'operators: number, name, role, how they stand, live sessions, last use',
  params: {},
  counted: 'operators',
  row: z.object({
    operator: z.number(),
    name: z.string(),
    role: z.string(),
    state: z.enum(['active', 'invited', 'expired']),
    sessions: z.number(),
    lastUse: z.string(),
  }),
  async read({ db, clock }: Alone, _, after) {
    const [behind = ''] = keyOf(after, ['string']) ?? [];
    const [rows, total] = await Promise.all([
      listOperators(db, clock.now(), String(behind)),
      countOperators(db),
    ]);
    return pageOf(
      rows,
      total,
      ({ id, name, role, state, sessions, lastUse }) => ({
        operator: id,
        name,
        role,
        state,
        sessions,
        lastUse: lastUse === undefined ? '' : chinaDateText(lastUse),
      }),
      ({ name }) => [name],
    );
  },
});

export const add = operation({
  name: 'operators.add',
  roles: [],
  subject: 'operator',
  about: 'invite somebody: prints a link, good once and for 24 hours',
  params: { operator, role },
  operands: ['operator'],
  printed: 'link',
  async run(home: Alone, { operator: name, role }) {
    const id = home.ids.next<OperatorId>();
    const { digest, told } = invitation(home);
    return {
      on: id,
      batch: addOperator(changeOf(home, id), { name, role, digest }),
      marks: ['marked'],
      after: { operator: name, role },
      told,
      whyNot: async () => `There is an operator ${name} already; "reset" gives them a new invitation.`,
    };
  },
});

export const giveRole = operation({
  name: 'operators.role',
  roles: [],
  subject: 'operator',
  about: 'give an operator another role, from their next call on',
  params: { operator, role },
  operands: ['operator', 'role'],
  async run(home: Alone, { operator: name, role }) {
    const before = await known(home, name);
    return {
      on: before.id,
      batch: changeRole(changeOf(home, before.id), role),
      marks: ['marked'],
      before: { role: before.role },
      after: { operator: name, role },
      whyNot: async () => (before.role === role ? `${name} is ${role} already.` : isLast(name)),
    };
  },
});

export const remove = operation({
  name: 'operators.remove',
  roles: [],
  subject: 'operator',
  about: 'end an operator at once: sessions, password, codes',
  params: { operator },
  operands: ['operator'],
  printed: 'note',
  async run(home: Alone, { operator: name }) {
    const { id, role } = await known(home, name);
    const tokens = await tokensOf(home.db, id);
    const note =
      tokens.length > 0 ? `Done. Tokens that ${name} has made still work: ${tokens.join(', ')}.` : 'Done.';
    return {
      on: id,
      batch: removeOperator(changeOf(home, id)),
      marks: ['marked'],
      before: { operator: name, role },
      told: { note },
      whyNot: async () => isLast(name),
    };
  },
});

export const reset = operation({
  name: 'operators.reset',
  roles: [],
  subject: 'operator',
  about: 'a new invitation; the old password, codes and sessions end',
  params: { operator },
  operands: ['operator'],
  printed: 'link',
  async run(home: Alone, { operator: name }) {
    const { id } = await known(home, name);
    const { digest, told } = invitation(home);
    return {
      on: id,
      batch: resetOperator(changeOf(home, id), digest),
      marks: ['marked'],
      after: { operator: name },
      told,
      whyNot: async () => `There is no operator ${name}.`,
    };
  },
});
