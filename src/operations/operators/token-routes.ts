import * as z from 'zod';
import { chinaIsoText } from '../../core/china-time.ts';
import { refuse } from '../../http/failure.ts';
import { ROLES } from '../actor.ts';
import { drawSecret } from './drawn-secret.ts';
import { parseOperatorName } from './name.ts';
import type { OperatorCall } from './operator-call.ts';
import { type OwnRoute, ownRoute, type Route } from './route.ts';
import { isScope } from './scopes.ts';
import { isAddressRange } from './settings.ts';
import { addToken, findToken, type ListedToken, listTokens, revokeToken } from './tokens.ts';

const DAY_MS = 24 * 3600 * 1000;
const name = z.string().transform((text, context) => {
  const parsed = parseOperatorName(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom' });
  return z.NEVER;
});

/** Declares a call of an owner. */
const ownersRoute: OwnRoute = ({ handler, ...described }) =>
  ownRoute({
    ...described,
    handler: (call, self, body) =>
      self.role === 'owner' ? handler(call, self, body) : refuse('NOT_ALLOWED'),
  });

const changeOf = (call: OperatorCall, token: ListedToken['id']) => ({
  token,
  mark_change: call.ids.mark(),
  now: call.clock.now(),
});

const addRoute = ownersRoute({
  method: 'POST',
  path: '/admin/api/tokens/add',
  summary:
    'Makes a token for a program, shown once: what it may do (`payouts.list`, `users.*`), from where (any by default), and for how many days (90 by default).',
  body: z.strictObject({
    name,
    role: z.enum(ROLES),
    scopes: z.array(z.string().max(70).refine(isScope)).min(1).max(50),
    addresses: z.array(z.string().max(50).refine(isAddressRange)).max(50).default([]),
    days: z.int().min(1).max(366).default(90),
  }),
  refusals: { NAME_TAKEN: [409, 'There is a token of that name already.'] },
  async handler(call, self, { days, ...wanted }) {
    const { text, digest } = drawSecret('token', call.random);
    const expiresAt = call.clock.now() + days * DAY_MS;
    const token = { ...wanted, digest, expiresAt, createdBy: self.id };
    const { marked } = await call.db.write(addToken(changeOf(call, call.ids.next()), token));
    if (marked === 0) refuse('NAME_TAKEN');
    return { token: text, name: wanted.name, expiresAt: chinaIsoText(expiresAt) };
  },
});

const timeOf = (ms: number | null) => (ms === null ? null : chinaIsoText(ms));

const listRoute = ownersRoute({
  method: 'POST',
  path: '/admin/api/tokens/list',
  summary: 'Tokens that nobody has revoked, by name, those behind `after`: never what they are.',
  body: z.strictObject({ after: z.string().max(64).optional() }),
  async handler({ db }, _, { after }) {
    const found = await listTokens(db, after);
    const view = ({ createdAt, expiresAt, usedAt, ...token }: ListedToken) => ({
      ...token,
      createdAt: chinaIsoText(createdAt),
      expiresAt: chinaIsoText(expiresAt),
      usedAt: timeOf(usedAt),
    });
    return { tokens: found.map(view) };
  },
});

const revokeRoute = ownersRoute({
  method: 'POST',
  path: '/admin/api/tokens/revoke',
  summary: 'Ends a token at once.',
  body: z.strictObject({ name }),
  refusals: { NO_SUCH_TOKEN: [404, 'There is no such token, or it is revoked already.'] },
  async handler(call, _, { name }) {
    const token = (await findToken(call.db, name)) ?? refuse('NO_SUCH_TOKEN');
    const { marked } = await call.db.write(revokeToken(changeOf(call, token)));
    return marked > 0 ? {} : refuse('NO_SUCH_TOKEN');
  },
});

export const tokenRoutes: readonly Route[] = [addRoute, listRoute, revokeRoute];
