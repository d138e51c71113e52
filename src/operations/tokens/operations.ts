import * as z from 'zod';
import { chinaDateText } from '../../core/china-time.ts';
import type { OperatorId } from '../../core/ids.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, operation } from '../operation.ts';
import { drawSecret } from '../operators/drawn-secret.ts';
import { nameOf, role } from '../operators/names.ts';
import { addToken, countTokens, findToken, listTokens, revokeToken } from '../operators/tokens.ts';
import { nothingDone } from '../refused.ts';
import { addresses, days, scopes } from './params.ts';

const DAY_MS = 24 * 3600 * 1000;
const token = nameOf('token');

export const list = listing({
  name: 'tokens.list',
  roles: [],
  about: 'tokens of programs: number, name, role, scopes, addresses, until when, last use',
  params: {},
  counted: 'tokens',
  row: z.object({
    token: z.number(),
    name: z.string(),
    role: z.string(),
    scopes: z.string(),
    addresses: z.string(),
    until: z.string(),
    lastUse: z.string(),
  }),
  async read({ db }, _, after) {
    const [behind = ''] = keyOf(after, ['string']) ?? [];
    const [rows, total] = await Promise.all([listTokens(db, String(behind)), countTokens(db)]);
    return pageOf(
      rows,
      total,
      ({ id, name, role, scopes, addresses, expiresAt, usedAt }) => ({
        token: id,
        name,
        role,
        scopes: scopes.join(','),
        addresses: addresses.join(','),
        until: chinaDateText(expiresAt),
        lastUse: usedAt === null ? '' : chinaDateText(usedAt),
      }),
      ({ name }) => [name],
    );
  },
});

export const add = operation({
  name: 'tokens.add',
  roles: [],
  subject: 'token',
  about:
    'a token for a program, shown once: what it may do (payouts.list,users.*), from where, for how many days (90)',
  params: { token, role, scopes, addresses, days },
  operands: ['token'],
  printed: 'secret',
  async run({ ids, clock, random }, { token: name, role, scopes, addresses, days }, _, actor) {
    const createdBy = actor.kind === 'operator' ? actor.id : undefined;
    const id = ids.next<OperatorId>();
    const { text, digest } = drawSecret('token', random);
    const expiresAt = clock.now() + days * DAY_MS;
    const change = { token: id, mark_change: ids.mark(), now: clock.now() };
    return {
      on: id,
      batch: addToken(change, { name, role, scopes, addresses, digest, expiresAt, createdBy }),
      marks: ['marked'],
      after: {
        token: name,
        role,
        scopes: scopes.join(','),
        addresses: addresses.join(','),
        until: chinaDateText(expiresAt),
      },
      told: { secret: text },
      whyNot: async () => `There is a token ${name} already.`,
    };
  },
});

export const revoke = operation({
  name: 'tokens.revoke',
  roles: [],
  subject: 'token',
  about: 'end a token at once',
  params: { token },
  operands: ['token'],
  async run({ db, ids, clock }, { token: name }) {
    const id = (await findToken(db, name)) ?? nothingDone(`There is no token ${name}.`);
    return {
      on: id,
      batch: revokeToken({ token: id, mark_change: ids.mark(), now: clock.now() }),
      marks: ['marked'],
      before: { token: name },
      whyNot: async () => `There is no token ${name}.`,
    };
  },
});
