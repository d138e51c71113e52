import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsShell } from '../../src/commands/admin/as-shell.ts';
import { ROLES } from '../../src/operations/actor.ts';
import { described, rolesOf } from '../../src/operations/describe.ts';
import { isAudited, needsReason } from '../../src/operations/operation.ts';
import { isForPeople } from '../../src/operations/operators/scopes.ts';
import { isOptional, metaOf } from '../../src/operations/params.ts';
import { pathOfOperation } from '../../src/operations/paths.ts';
import { REFUSED, Refused } from '../../src/operations/refused.ts';
import { operations } from '../../src/operations.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { nobodys } from '../support/nobodys.ts';
import { operate, operatedApp } from '../support/operate.ts';

let app: TestApp;
let li: Person;
beforeAll(async () => {
  app = await operatedApp();
  li = await person(app);
});
afterAll(() => app.close());

const acts = async () => Number((await app.sql('SELECT count(*) FROM audit'))[0]?.[0]);
const all = operations.map((operation) => [operation.name, operation] as const);

describe.each(all)('%s', (name, operation) => {
  test.each([...ROLES])('is for its roles: %s', async (role) => {
    const before = await acts();
    const { status, body } = await operate(app, role, name, nobodys(operation));
    const isAllowed = rolesOf(operation).includes(role);
    if (isAllowed) expect([200, 409]).toContain(status);
    else expect([status, body.error]).toEqual([403, 'NOT_ALLOWED']);
    if (!isAllowed || !isAudited(operation)) expect(await acts()).toBe(before);
  });

  test('is nobody’s without being an operator, whatever token comes along', async () => {
    for (const as of [undefined, li.token, '', 'root', `${li.token} owner`]) {
      const { status, body } = await operate(app, as, name, nobodys(operation));
      expect([status, body.error]).toEqual([401, 'NOT_LOGGED_IN']);
    }
  });

  test('is a token’s only where a scope says so', async () => {
    const [subject = ''] = name.split('.');
    const [role = 'owner'] = rolesOf(operation);
    const status = async (scope: string) =>
      (await operate(app, `${role} ${scope}`, name, nobodys(operation))).status;
    const expected = isForPeople(name) ? [403] : [200, 409];
    for (const scope of [name, `${subject}.*`]) expect(expected).toContain(await status(scope));
    for (const scope of ['other.*', subject, '*', `${name}x`, `${name.slice(0, -1)}`])
      expect(await status(scope), scope).toBe(403);
  });

  test('does from the shell what it does over the API', async () => {
    const over = await operate(app, 'owner', name, nobodys(operation));
    const shell = await runAsShell(app.platform, operation, nobodys(operation)).catch(
      (error: unknown) => error,
    );
    if (over.status === 200) expect(shell).toEqual(expect.any(String));
    else {
      expect(shell).toBeInstanceOf(Refused);
      expect(REFUSED[(shell as Refused).reason]).toBe(over.status);
      expect((shell as Refused).message).toBe(over.body.message);
    }
  });

  test('refuses what it does not take, by name, and writes nothing', async () => {
    const before = await acts();
    const refusals: [unknown, string][] = [
      [{ ...nobodys(operation), surplus: 1 }, 'surplus'],
      ['[1]', 'body'],
      ['{', 'body'],
      ...Object.entries(operation.params).flatMap(([param, codec]): [unknown, string][] => [
        [{ ...nobodys(operation), [param]: { $gt: 0 } }, param],
        [{ ...nobodys(operation), [param]: metaOf(codec).asks === 'flag' ? 'yes' : -1 }, param],
        ...(isOptional(codec)
          ? []
          : [
              [
                Object.fromEntries(Object.entries(nobodys(operation)).filter(([n]) => n !== param)),
                param,
              ] as [unknown, string],
            ]),
      ]),
      ...(operation.kind === 'list'
        ? [
            [{ ...nobodys(operation), after: 'x' }, 'after'] as [unknown, string],
            [{ ...nobodys(operation), reason: 'x' }, 'reason'] as [unknown, string],
          ]
        : [
            [{ ...nobodys(operation), reason: 7 }, 'reason'] as [unknown, string],
            [{ ...nobodys(operation), reason: 'x'.repeat(501) }, 'reason'] as [unknown, string],
            [{ ...nobodys(operation), after: 'x' }, 'after'] as [unknown, string],
          ]),
      ...(needsReason(operation)
        ? [
            [{ ...nobodys(operation), reason: undefined }, 'reason'] as [unknown, string],
            [{ ...nobodys(operation), reason: ' \n ' }, 'reason'] as [unknown, string],
          ]
        : []),
    ];
    for (const [given, member] of refusals) {
      const { status, body } = await operate(app, 'owner', name, given);
      expect([status, body.member], `${JSON.stringify(given)} ${body.message}`).toEqual([400, member]);
      expect(body.message).toMatch(/^(?!Invalid)[^\n]+[.”]$/);
    }
    expect(await acts()).toBe(before);
  });

  test('takes no call that a page of others, or a form, can send', async () => {
    const { status, body } = await operate(app, 'owner', name, nobodys(operation), {
      'content-type': 'text/plain',
    });
    expect([status, body.error]).toEqual([415, 'NOT_JSON']);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const foreign = await operate(app, 'owner', name, nobodys(operation), headers);
      expect([foreign.status, foreign.body.error]).toEqual([403, 'FOREIGN_ORIGIN']);
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    }
    const own = await operate(app, 'owner', name, nobodys(operation), {
      origin: 'http://teahouse.test',
      'sec-fetch-site': 'same-origin',
    });
    expect([200, 409]).toContain(own.status);
    const url = `http://teahouse.test${pathOfOperation(name)}`;
    for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE']) {
      const response = await app.fetch(
        new Request(url, { method, headers: { authorization: 'Bearer owner' } }),
      );
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

test('what there is not, is not', async () => {
  for (const name of ['payouts.steal', 'payouts', '__proto__.x', 'constructor.name'])
    expect((await operate(app, 'owner', name)).body.error, name).toBe('NO_SUCH_OPERATION');
  const closed = await testApp();
  for (const [name] of all) expect((await operate(closed, 'owner', name)).status).toBe(404);
  await closed.close();
});

test('every operator is told what they may do, and nothing else', async () => {
  for (const role of ROLES) {
    const response = await app.fetch(
      new Request('http://teahouse.test/admin/api/operations', {
        headers: { authorization: `Bearer ${role}` },
      }),
    );
    const own = operations.filter((operation) => rolesOf(operation).includes(role)).map(described);
    expect(await response.json()).toEqual({ operations: own });
    expect(own.length).toBeGreaterThan(role === 'viewer' ? 2 : 5);
  }
});

test('the document has every operation, and every name is a subject and a verb', async () => {
  const response = await app.fetch(new Request('http://teahouse.test/admin/api/openapi.json'));
  const paths = Object.keys(((await response.json()) as { paths: object }).paths);
  const named = operations.map(({ name }) => pathOfOperation(name));
  expect(paths).toEqual(['/admin/api/operations', '/admin/api/uploads', ...named]);
  for (const { name, params } of operations) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    for (const param of ['reason', 'after', 'json', 'help']) expect(Object.keys(params)).not.toContain(param);
  }
});
