import { chinaDateText, chinaIsoText } from '../../core/china-time.ts';
import { systemClock } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import { systemRandom } from '../../core/random.ts';
import { ROLES, type Role } from '../../operations/actor.ts';
import { drawSecret } from '../../operations/operators/drawn-secret.ts';
import { findOperator } from '../../operations/operators/find.ts';
import { listOperators } from '../../operations/operators/list.ts';
import { NAME_RULE, type OperatorName, parseOperatorName } from '../../operations/operators/name.ts';
import { parseRole } from '../../operations/operators/role.ts';
import {
  addOperator,
  type Change,
  changeRole,
  INVITATION_MS,
  removeOperator,
  resetOperator,
} from '../../operations/operators/roster.ts';
import { tokensOf } from '../../operations/operators/tokens.ts';
import { NothingDone } from '../action.ts';
import { type Arguments, Misused, type Print, type Shape } from '../arguments.ts';
import type { Ground } from './operators-ground.ts';

/** One thing that is done about operators, on the database alone. */
export interface GroundAction extends Shape {
  readonly about: string;
  runOn(ground: Ground, args: Arguments, print: Print): Promise<void>;
}

function nameIn(text = ''): OperatorName {
  const name = parseOperatorName(text);
  if (name) return name;
  throw new Problem(`"${text}" is no name of an operator: ${NAME_RULE}.`);
}

function roleIn(text: string | undefined, usage: string): Role {
  if (text === undefined) throw new Misused('Give them a role.', usage);
  const role = parseRole(text);
  if (role) return role;
  throw new Problem(`There is no role "${text}"; there are ${ROLES.join(', ')}.`);
}

/** Where an invitation leads: a sandbox's operators come by the one address, others by their own. */
function linkOf({ config, isSandbox }: Ground, invitation: string): string {
  const { ADMIN_URL, ADMIN_PORT, PUBLIC_URL, PORT } = config;
  const here = (port: number) => `http://127.0.0.1:${port}`;
  const own = ADMIN_URL || (ADMIN_PORT ? here(ADMIN_PORT) : '');
  const base = own || (isSandbox ? PUBLIC_URL || here(PORT) : '');
  return `${base}/admin/invitation?code=${invitation}`;
}

const changeOf = ({ ids }: Ground, operator: Change['operator']): Change => ({
  operator,
  mark_change: ids.mark(),
  now: systemClock.now(),
});

function tellInvitation(
  ground: Ground,
  name: OperatorName,
  invitation: string,
  args: Arguments,
  print: Print,
) {
  const expiresAt = systemClock.now() + INVITATION_MS;
  const link = linkOf(ground, invitation);
  if (args.has('json'))
    return print(JSON.stringify({ operator: name, invitation, link, expiresAt: chinaIsoText(expiresAt) }));
  print(`${name} comes in by this link, once, until ${chinaDateText(expiresAt)}:`);
  print(link);
  if (link.startsWith('/'))
    print('It lies on the operators’ host: with ADMIN_URL set, the whole link is printed.');
}

async function knownOperator({ db }: Ground, name: OperatorName) {
  return (await findOperator(db, name)) ?? nothing(`There is no operator ${name}.`);
}

function nothing(why: string): never {
  throw new NothingDone(why);
}

const isLast = (name: OperatorName) =>
  `${name} is the last owner who can log in: make another one first, who has logged in.`;

const ADD = 'admin operators add NAME --role ROLE [--json]';
const add: GroundAction = {
  usage: ADD,
  about: `invite somebody; roles: ${ROLES.join(', ')}`,
  operands: [1, 1],
  options: { role: 'string', json: 'boolean' },
  async runOn(ground, args, print) {
    const name = nameIn(args.operands[0]);
    const role = roleIn(args.value('role'), ADD);
    const { text, digest } = drawSecret('invitation', systemRandom);
    const change = changeOf(ground, ground.ids.next());
    const { marked } = await ground.db.write(addOperator(change, { name, role, digest }));
    if (marked === 0) nothing(`There is an operator ${name} already; "reset" gives them a new invitation.`);
    tellInvitation(ground, name, text, args, print);
  },
};

const giveRole: GroundAction = {
  usage: 'admin operators role NAME ROLE',
  about: 'give an operator another role',
  operands: [2, 2],
  async runOn(ground, { operands: [who, which] }, print) {
    const name = nameIn(who);
    const role = roleIn(which, giveRole.usage);
    const operator = await knownOperator(ground, name);
    const { marked } = await ground.db.write(changeRole(changeOf(ground, operator.id), role));
    if (marked === 0) nothing(operator.role === role ? `${name} is ${role} already.` : isLast(name));
    print('Done.');
  },
};

const remove: GroundAction = {
  usage: 'admin operators remove NAME',
  about: 'end an operator at once: sessions, password, codes',
  operands: [1, 1],
  async runOn(ground, { operands: [who] }, print) {
    const name = nameIn(who);
    const { id } = await knownOperator(ground, name);
    const { marked } = await ground.db.write(removeOperator(changeOf(ground, id)));
    if (marked === 0) nothing(isLast(name));
    print('Done.');
    const tokens = await tokensOf(ground.db, id);
    if (tokens.length > 0) print(`Tokens that ${name} has made still work: ${tokens.join(', ')}.`);
  },
};

const reset: GroundAction = {
  usage: 'admin operators reset NAME [--json]',
  about: 'a new invitation; the old password, codes and sessions end',
  operands: [1, 1],
  options: { json: 'boolean' },
  async runOn(ground, args, print) {
    const name = nameIn(args.operands[0]);
    const { id } = await knownOperator(ground, name);
    const { text, digest } = drawSecret('invitation', systemRandom);
    const { marked } = await ground.db.write(resetOperator(changeOf(ground, id), digest));
    if (marked === 0) nothing(`There is no operator ${name}.`);
    tellInvitation(ground, name, text, args, print);
  },
};

const list: GroundAction = {
  usage: 'admin operators list [--json]',
  about: 'operators: name, role, how they stand, sessions, last use',
  options: { json: 'boolean' },
  async runOn({ db }, args, print) {
    const found = await listOperators(db, systemClock.now());
    const rows = found.map(({ name, role, state, sessions, lastUse }) => ({
      operator: name,
      role,
      state,
      sessions,
      lastUse: lastUse === undefined ? '' : chinaDateText(lastUse),
    }));
    if (args.has('json')) return print(JSON.stringify({ total: rows.length, rows }));
    for (const row of rows) print(Object.values(row).join('\t'));
    print(`${rows.length} operators`);
  },
};

export const operators: Readonly<Record<string, GroundAction>> = { list, add, role: giveRole, remove, reset };
