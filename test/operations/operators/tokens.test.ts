import { afterEach, beforeEach, expect, test } from 'vitest';
import { callsOver } from '../../../src/http/call.ts';
import { identifyOperator } from '../../../src/operations/operators/identify.ts';
import { inScope, isScope } from '../../../src/operations/operators/scopes.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { type Operator, operator, SANDBOX } from '../../support/operators.ts';

let app: TestApp;
let li: Operator;
beforeEach(async () => {
  app = await testApp();
  li = await operator(app, 'li', 'owner');
});
afterEach(() => app.close());

const PAYROLL = { token: 'payroll', role: 'finance', scopes: ['payouts.list', 'users.*'] };

/** Who a program with this token is to the operators' side. */
function identify(token: string, from = '127.0.0.1', method = 'POST') {
  const request = new Request(`${SANDBOX}/admin/api/payouts/list`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  return identifyOperator(callsOver(app.platform)(request, 'test', () => ({ address: from, port: 0 })));
}

test('a token is shown once, and makes its program an actor with its role and scopes', async () => {
  const made = await li.call('tokens/add', PAYROLL);
  expect(made).toMatchObject({
    status: 200,
    body: {
      done: true,
      token: 'payroll',
      secret: expect.stringMatching(/^thp_[\w-]{43}$/),
      until: '2027-02-20 20:00:00',
    },
  });
  const token = made.body.secret;
  expect(await identify(token)).toEqual({
    kind: 'operator',
    id: expect.any(Number),
    name: 'payroll',
    role: 'finance',
    address: '127.0.0.1',
    scopes: PAYROLL.scopes,
  });
  expect(JSON.stringify(await app.sql('SELECT * FROM operator_tokens'))).not.toContain(token);
  app.clock.advance(1000);
  const { rows } = (await li.call('tokens/list', {})).body;
  expect(rows).toMatchObject([
    { name: 'payroll', scopes: 'payouts.list,users.*', addresses: '', lastUse: '2026-11-22 20:00:00' },
  ]);
  expect(JSON.stringify(rows)).not.toContain(token.slice(4));
});

test('a token ends by its time and by being revoked, at once', async () => {
  const make = async (name: string) =>
    (await li.call('tokens/add', { ...PAYROLL, token: name, days: 1 })).body.secret;
  const [one, two] = [await make('one'), await make('two')];
  expect((await li.call('tokens/revoke', { token: 'one' })).status).toBe(200);
  expect([await identify(one), (await identify(two))?.name]).toEqual([undefined, 'two']);
  expect(await li.call('tokens/revoke', { token: 'one' })).toMatchObject({
    status: 409,
    body: { error: 'NOTHING_DONE' },
  });
  app.clock.advance(24 * 3600 * 1000);
  expect(await identify(two)).toBe(undefined);
  expect(await make('x')).toBe(undefined);
});

test('a token is taken from its addresses alone', async () => {
  const addresses = ['10.0.0.0/8', '2001:db8::7'];
  const token = (await li.call('tokens/add', { ...PAYROLL, addresses })).body.secret;
  expect((await identify(token, '10.1.2.3'))?.name).toBe('payroll');
  expect((await identify(token, '2001:db8::7'))?.name).toBe('payroll');
  expect([await identify(token, '11.0.0.1'), await identify(token, '2001:db8::8')]).toEqual([
    undefined,
    undefined,
  ]);
});

test('what is no token is nobody', async () => {
  const token = (await li.call('tokens/add', PAYROLL)).body.secret;
  for (const wrong of [
    '',
    'x',
    `${token}x`,
    token.slice(0, -1),
    `thp_${'a'.repeat(43)}`,
    token.toUpperCase(),
  ])
    expect(await identify(wrong), wrong).toBe(undefined);
});

test('a bad wish is refused, and nothing is made', async () => {
  for (const [wrong, member] of [
    [{ token: '' }, 'token'],
    [{ token: 'a b' }, 'token'],
    [{ role: 'king' }, 'role'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['*'] }, 'scopes'],
    [{ scopes: 'payouts' }, 'scopes'],
    [{ scopes: ['operators.add'] }, 'scopes'],
    [{ scopes: ['users.*', 'tokens.*'] }, 'scopes'],
    [{ addresses: ['10.0.0.0/99'] }, 'addresses'],
    [{ days: 0 }, 'days'],
    [{ days: 400 }, 'days'],
    [{ more: 1 }, 'more'],
  ] as const)
    expect(await li.call('tokens/add', { ...PAYROLL, ...wrong }), JSON.stringify(wrong)).toMatchObject({
      status: 400,
      body: { error: 'INVALID_PARAMETER', member },
    });
  expect(await app.sql('SELECT * FROM operator_tokens')).toEqual([]);
  await li.call('tokens/add', PAYROLL);
  expect(await li.call('tokens/add', PAYROLL)).toMatchObject({
    status: 409,
    body: { error: 'NOTHING_DONE' },
  });
});

test('nobody but an owner makes, lists or revokes tokens, and no token does', async () => {
  const token = (await li.call('tokens/add', { ...PAYROLL, role: 'owner' })).body.secret;
  const wang = await operator(app, 'wang', 'finance');
  for (const [path, body] of [
    ['tokens/add', { ...PAYROLL, token: 'other' }],
    ['tokens/list', {}],
    ['tokens/revoke', { token: 'payroll' }],
    ['operators/list', {}],
    ['operators/add', { operator: 'zhang', role: 'owner' }],
  ] as const) {
    expect((await wang.call(path, body)).status, path).toBe(403);
    const program = { cookie: '', authorization: `Bearer ${token}` };
    expect((await li.call(path, body, { headers: program })).status, path).toBe(403);
  }
  const own = await li.call('session', undefined, {
    method: 'GET',
    headers: { cookie: '', authorization: `Bearer ${token}` },
  });
  expect(own.status).toBe(401);
});

test('scopes name operations or all of a subject, and never those about operators and tokens', () => {
  expect(['payouts.list', 'users.*', 'red-packets.find-lost'].every(isScope)).toBe(true);
  expect(
    ['', '*', '*.*', 'payouts', 'payouts.', 'Payouts.list', 'operators.list', 'tokens.*', 'a.b.c'].some(
      isScope,
    ),
  ).toBe(false);
  expect(inScope(['payouts.list'], 'payouts.list')).toBe(true);
  expect(inScope(['payouts.*'], 'payouts.settle')).toBe(true);
  expect(inScope(['payouts.list', 'pay.*'], 'payouts.settle')).toBe(false);
  expect(inScope(['operators.*', 'tokens.*'], 'operators.add')).toBe(false);
});
