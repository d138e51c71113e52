import type { OperatorId } from '../../src/core/ids.ts';
import { type IdentifyOperator, ROLES, type Role } from '../../src/operations/actor.ts';
import { pathOfOperation } from '../../src/operations/paths.ts';
import { type AppOptions, type TestApp, testApp } from './app.ts';
import { change } from './bank.ts';

const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

/** Believes who somebody says they are: `Bearer finance`, or with scopes `Bearer finance payouts.*`. */
const asTheySay: IdentifyOperator = async (call) => {
  const [, role = '', ...scopes] = (call.header('authorization') ?? '').split(' ');
  if (!isRole(role)) return undefined;
  return {
    kind: 'operator',
    id: (ROLES.indexOf(role) + 1) as OperatorId,
    name: `the ${role}`,
    role,
    address: call.address,
    ...(scopes.length > 0 ? { scopes } : {}),
  };
};

/** An application that has operators, one of each role but viewers, and believes who says to be one. */
export async function operatedApp(options: AppOptions = {}): Promise<TestApp> {
  const app = await testApp({ identify: asTheySay, ...options });
  await app.executor.write([
    change(
      `INSERT INTO operators (id, name, role, created_at) VALUES (1, 'first', 'owner', 0),
        (2, 'the support', 'support', 0), (3, 'the moderator', 'moderator', 0), (4, 'the finance', 'finance', 0),
        (5, 'the owner', 'owner', 0) ON CONFLICT DO NOTHING`,
    ),
  ]);
  return app;
}

export interface OperatorReply {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers freely.
  // biome-ignore lint/suspicious/noExplicitAny: as in `Reply`
  readonly body: any;
}

/** Calls an operation as somebody: a role, a role with scopes, or a user's token. */
export async function operate(
  app: TestApp,
  as: string | undefined,
  name: string,
  given: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<OperatorReply> {
  const response = await app.fetch(
    new Request(`http://teahouse.test${pathOfOperation(name)}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
        ...headers,
      },
      body: typeof given === 'string' ? given : JSON.stringify(given),
    }),
  );
  return { status: response.status, headers: response.headers, body: await response.json() };
}
