import { Secret, TOTP } from 'otpauth';
import type { OperatorId } from '../../src/core/ids.ts';
import type { Role } from '../../src/operations/actor.ts';
import { drawSecret } from '../../src/operations/operators/drawn-secret.ts';
import { parseOperatorName } from '../../src/operations/operators/name.ts';
import { addOperator } from '../../src/operations/operators/roster.ts';
import type { TestApp } from './app.ts';

/** A password that an operator may have. */
export const OPERATORS_PASSWORD = 'quiet harbour 71';
/** Where a sandbox has the operators' side. */
export const SANDBOX = 'http://127.0.0.1:8787';

export interface AdminReply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely
  readonly body: any;
}

/** How a call of the operators' side is made. */
export interface AdminCall {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

/** Sends a call as a page of the operators' own origin would. */
export async function adminCall(
  app: Pick<TestApp, 'fetch'>,
  path: string,
  body: unknown,
  { method = 'POST', origin = SANDBOX, headers = {}, from }: AdminCall = {},
): Promise<AdminReply> {
  const request = new Request(`${origin}/admin/api/${path}`, {
    method,
    headers: {
      origin,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  const response = await app.fetch(request, from);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) };
}

/** Adds an operator as the command does. @returns the invitation */
export async function invite({ platform }: TestApp, name: string, role: Role): Promise<string> {
  const { db, ids, clock, random } = platform;
  const { text, digest } = drawSecret('invitation', random);
  const change = { operator: ids.next<OperatorId>(), mark_change: ids.mark(), now: clock.now() };
  const parsed = parseOperatorName(name);
  if (!parsed) throw new Error(`${name} is no name.`);
  await db.write(addOperator(change, { name: parsed, role, digest }));
  return text;
}

/** The cookie that a reply sets, as a browser sends it back. */
export const cookieOf = ({ headers }: AdminReply): string =>
  headers.get('set-cookie')?.split(';', 1)[0] ?? '';

/** The code that an authenticator with this secret shows. */
export const codeOf = (secret: string, now: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now });

export interface Operator {
  readonly name: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly cookie: string;
  /** A code that was not used yet: the clock goes on by its 30 seconds. */
  freshCode(): string;
  /** Calls by the session of the first login. */
  call(path: string, body?: unknown, options?: AdminCall): Promise<AdminReply>;
  /** Logs in once more. @returns the reply */
  logIn(more?: Readonly<Record<string, unknown>>, options?: AdminCall): Promise<AdminReply>;
}

/** Somebody who was invited and has logged in. */
export async function operator(app: TestApp, name: string, role: Role, origin = SANDBOX): Promise<Operator> {
  const invitation = await invite(app, name, role);
  const prepared = await adminCall(
    app,
    'invitation',
    { invitation, password: OPERATORS_PASSWORD },
    { origin },
  );
  const { secret, recoveryCodes } = prepared.body;
  const code = codeOf(secret, app.clock.now());
  const confirmed = await adminCall(app, 'invitation', { invitation, code }, { origin });
  if (confirmed.status !== 200) throw new Error(`${name} cannot log in: ${JSON.stringify(confirmed.body)}`);
  const cookie = cookieOf(confirmed);
  const freshCode = () => {
    app.clock.advance(30_000);
    return codeOf(secret, app.clock.now());
  };
  return {
    name,
    secret,
    recoveryCodes,
    cookie,
    freshCode,
    call: (path, body, options = {}) =>
      adminCall(app, path, body, { origin, ...options, headers: { cookie, ...options.headers } }),
    logIn: (more = {}, options = {}) =>
      adminCall(
        app,
        'session',
        {
          name,
          password: OPERATORS_PASSWORD,
          ...('code' in more || 'recoveryCode' in more ? {} : { code: freshCode() }),
          ...more,
        },
        { origin, ...options },
      ),
  };
}
