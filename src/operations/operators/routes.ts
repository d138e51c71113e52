import * as z from 'zod';
import { chinaIsoText } from '../../core/china-time.ts';
import type { OperatorSessionId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { changePassword, renewRecoveryCodes } from './change-password.ts';
import { clearSessionCookie, setSessionCookie } from './cookie.ts';
import { endOtherSessions, endSession, endSessionsOf, logOut } from './end-sessions.ts';
import { findOperator } from './find.ts';
import { confirmFirstLogin, prepareFirstLogin } from './first-login.ts';
import { type Begun, logIn } from './log-in.ts';
import { parseOperatorName } from './name.ts';
import type { OperatorCall } from './operator-call.ts';
import type { Refusals } from './reply.ts';
import { openRoute, ownRoute, type Route } from './route.ts';
import { type LoggedIn, selfView } from './self.ts';
import { type ListedSession, listSessions } from './session-list.ts';

const secret = z.string().min(1).max(512);
const code = z.string().min(1).max(64);
/** A password, and a code of the authenticator or a recovery code. */
const proof = z.union([
  z.strictObject({ password: secret, code }),
  z.strictObject({ password: secret, recoveryCode: code }),
]);
/** The same with more. */
const proofAnd = <Shape extends z.ZodRawShape>(more: Shape) =>
  z.union([
    z.strictObject({ ...more, password: secret, code }),
    z.strictObject({ ...more, password: secret, recoveryCode: code }),
  ]);

const WRONG: Refusals = {
  WRONG_LOGIN: [401, 'Name, password or code is wrong. Each code is taken once.'],
  TOO_MANY_TRIES: [429, 'Too many wrong tries: wait 15 minutes.'],
};
const WEAK: Refusals = { WEAK_PASSWORD: [422, 'Choose another password.'] };

async function welcome(call: OperatorCall, { secret, self }: Begun) {
  setSessionCookie(call, secret);
  return selfView(call, self);
}

const logInRoute = openRoute({
  method: 'POST',
  path: '/admin/api/session',
  summary: 'Logs an operator in: name, password, and a code of the authenticator or a recovery code.',
  body: proofAnd({ name: z.string().min(1).max(64) }),
  refusals: WRONG,
  perMinute: 30,
  handler: async (call, given) => welcome(call, await logIn(call, given)),
});

const whoAmI = ownRoute({
  method: 'GET',
  path: '/admin/api/session',
  summary: 'Who is logged in, until when, and how many recovery codes are left.',
  body: undefined,
  handler: selfView,
});

const logOutRoute = ownRoute({
  method: 'DELETE',
  path: '/admin/api/session',
  summary: 'Ends this session.',
  body: undefined,
  async handler(call, self) {
    await logOut(call, self);
    clearSessionCookie(call);
    return {};
  },
});

const invitation = z.string().min(1).max(128);
const firstLogin = openRoute({
  method: 'POST',
  path: '/admin/api/invitation',
  summary:
    'The first login. With a password it answers the secret for the authenticator and the recovery codes, once; then, with a code of it, it lets the operator in.',
  body: z.union([z.strictObject({ invitation, password: secret }), z.strictObject({ invitation, code })]),
  refusals: {
    ...WEAK,
    NO_SUCH_INVITATION: [404, 'There is no such invitation: it is used or too old, or of another server.'],
    NOT_PREPARED: [409, 'Choose a password first.'],
    WRONG_CODE: [401, 'The code is wrong. Is the clock of the authenticator right?'],
  },
  perMinute: 30,
  async handler(call, given) {
    if ('code' in given) return welcome(call, await confirmFirstLogin(call, given.invitation, given.code));
    const prepared = await prepareFirstLogin(call, given.invitation, given.password);
    return { ...prepared, expiresAt: chinaIsoText(prepared.expiresAt) };
  },
});

const sessionView = (self: LoggedIn, { createdAt, lastUse, ...session }: ListedSession) => ({
  ...session,
  since: chinaIsoText(createdAt),
  lastUse: chinaIsoText(lastUse),
  isThis: session.session === self.session,
});

const listRoute = ownRoute({
  method: 'POST',
  path: '/admin/api/session/list',
  summary: 'My sessions: address, browser, last use. An owner may list those of an operator, or everybody’s.',
  body: z.strictObject({ operator: z.string().max(64).optional(), all: z.literal(true).optional() }),
  refusals: { NO_SUCH_OPERATOR: [404, 'There is no such operator.'] },
  async handler(call, self, { operator, all }) {
    const whose = operator === undefined ? self.id : await ownersChoice(call, self, operator);
    if (all && self.role !== 'owner') refuse('NOT_ALLOWED');
    const found = await listSessions(call.db, call.clock.now(), all ? undefined : whose);
    return { sessions: found.map((session) => sessionView(self, session)) };
  },
});

/** The operator whom an owner names; oneself may be named by anybody. */
async function ownersChoice(call: OperatorCall, self: LoggedIn, text: string) {
  const name = parseOperatorName(text);
  if (name === self.name) return self.id;
  if (self.role !== 'owner') refuse('NOT_ALLOWED');
  const found = name && (await findOperator(call.db, name));
  return found ? found.id : refuse('NO_SUCH_OPERATOR');
}

const endRoute = ownRoute({
  method: 'POST',
  path: '/admin/api/session/end',
  summary:
    'Ends a session of mine, or all others. An owner may end anybody’s, or all of an operator. Answers how many have ended.',
  body: z.union([
    z.strictObject({ session: z.int().positive() }),
    z.strictObject({ others: z.literal(true) }),
    z.strictObject({ operator: z.string().max(64) }),
  ]),
  refusals: {
    NO_SUCH_OPERATOR: [404, 'There is no such operator.'],
    NO_SUCH_SESSION: [404, 'There is no such session: it has ended, or is not yours.'],
  },
  async handler(call, self, given) {
    if ('others' in given) return { ended: await endOtherSessions(call, self) };
    if ('operator' in given)
      return { ended: await endSessionsOf(call, self, await ownersChoice(call, self, given.operator)) };
    const session = given.session as OperatorSessionId; // looked up in SQL
    return { ended: (await endSession(call, self, session)) || refuse('NO_SUCH_SESSION') };
  },
});

const passwordRoute = ownRoute({
  method: 'POST',
  path: '/admin/api/session/password',
  summary: 'Gives me another password; my other sessions end.',
  body: proofAnd({ newPassword: secret }),
  refusals: { ...WRONG, ...WEAK },
  perMinute: 30,
  async handler(call, self, given) {
    await changePassword(call, self, given);
    return {};
  },
});

const recoveryRoute = ownRoute({
  method: 'POST',
  path: '/admin/api/session/recovery-codes',
  summary: 'Gives me new recovery codes, shown once, in place of all old ones.',
  body: proof,
  refusals: WRONG,
  perMinute: 30,
  handler: async (call, self, given) => ({ recoveryCodes: await renewRecoveryCodes(call, self, given) }),
});

/** Every call about an operator's own account. */
export const routes: readonly Route[] = [
  logInRoute,
  whoAmI,
  logOutRoute,
  firstLogin,
  listRoute,
  endRoute,
  passwordRoute,
  recoveryRoute,
];
