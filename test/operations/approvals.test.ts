import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runAsShell } from '../../src/commands/admin/as-shell.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { runOperation } from '../../src/operations/run.ts';
import { operations } from '../../src/operations.ts';
import { sweep } from '../../src/sweep.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { expectBalancedBooks } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const HOUR = 3600_000;

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp({ env: { ADMIN_TWO_EYES: '100.00' } });
  [li, wang] = [await person(app), await person(app)];
});
afterEach(async () => {
  await expectBalancedBooks(app);
  const { db, keys } = app.platform;
  expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  await app.close();
});

const by = (role: string, name: string, given: object = {}, headers = {}) =>
  operate(app, role, name, given, headers);
const credit = (role: string, yuan: string, who = li, more: object = {}) =>
  by(role, 'corrections.credit', { user: who.id, yuan, reason: 'goodwill', ...more });
const approve = (role: string, approval: number) => by(role, 'approvals.approve', { approval });
const balance = async (who = li) => (await who.call('/wallet/getBalance')).data;
const written = async () =>
  (await app.sql('SELECT actor, operation, subject, subject_id FROM audit ORDER BY id')).map((row) =>
    row.join(' '),
  );
const found = (name: string): Operation => {
  const operation = operations.find((each) => each.name === name);
  if (!operation) throw new Error(`There is no ${name}.`);
  return operation;
};
const fromShell = (user: string, name: string, given: Record<string, unknown>) =>
  runOperation(app.platform, found(name), {
    actor: { kind: 'shell', user },
    requestId: 'shell-1',
    given,
  }).then(
    ({ text }) => JSON.parse(text),
    (error: Error) => error.message,
  );
/** Asks for 150.00 as finance. */
const ask = async () => {
  const { status, body } = await credit('finance', '150.00');
  expect([status, body]).toEqual([
    200,
    {
      done: false,
      waits: true,
      approval: expect.any(Number),
      on: li.id,
      operation: 'corrections.credit',
      user: li.id,
      yuan: '150.00',
      until: '2026-11-25 20:00:00',
    },
  ]);
  return body.approval as number;
};

describe('one operator moves alone', () => {
  test('as much as the limit of a person’s money a day, all acts together', async () => {
    expect((await credit('finance', '60.00')).body).toMatchObject({ done: true, yuan: '60.00' });
    expect(
      (await by('finance', 'corrections.debit', { user: li.id, yuan: '40', reason: 'r' })).body.done,
    ).toBe(true);
    expect((await credit('finance', '0.01')).body).toMatchObject({ done: false, waits: true });
    // Other people and other operators have sums of their own, and so has tomorrow.
    expect((await credit('finance', '100.00', wang)).body.done).toBe(true);
    expect((await credit('owner', '100.00')).body.done).toBe(true);
    app.clock.advance(4 * HOUR);
    expect((await credit('finance', '0.01')).body.done).toBe(true);
    expect(await balance()).toBe('120.01');
  });

  test('not more by many acts at once', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => credit('finance', `30.0${i}`)));
    expect(replies.filter(({ body }) => body.done)).toHaveLength(3);
    expect(replies.filter(({ body }) => body.waits)).toHaveLength(5);
  });

  test('anything in a sandbox that sets no limit, 1000.00 in production, and nothing with a limit of 0', async () => {
    const open = { executor: app.executor, platform: { keys: app.platform.keys } };
    const sandbox = await operatedApp(open);
    const given = { user: li.id, yuan: '1000000.00', reason: 'r' };
    expect((await operate(sandbox, 'finance', 'corrections.credit', given)).body.done).toBe(true);
    const none = await operatedApp({ ...open, env: { ADMIN_TWO_EYES: '0' } });
    const fen = { ...given, yuan: '0.01' };
    expect((await operate(none, 'finance', 'corrections.credit', fen)).body.waits).toBe(true);
  });

  test('nothing where the act itself cannot be: then nobody is asked', async () => {
    const { status, body } = await by('finance', 'corrections.debit', {
      user: li.id,
      yuan: '500',
      reason: 'r',
    });
    expect([status, body.message]).toEqual([409, `The wallet of ${li.id} holds 0.00.`]);
    expect((await credit('finance', '500', { ...li, id: 7 } as Person)).body.message).toBe(
      'There is no user 7.',
    );
    expect([await written(), await app.sql('SELECT * FROM approvals')]).toEqual([[], []]);
  });
});

describe('a request', () => {
  test('moves nothing until somebody else approves it, and then once; the audit names both', async () => {
    const approval = await ask();
    expect(await balance()).toBe('0.00');
    expect((await by('viewer', 'approvals.list')).body).toMatchObject({
      total: 1,
      rows: [
        { approval, user: li.id, yuan: '150.00', askedBy: 'the finance', reason: 'goodwill', state: 'waits' },
      ],
    });
    const { body } = await approve('owner', approval);
    expect(body).toMatchObject({
      done: true,
      on: approval,
      operation: 'corrections.credit',
      askedBy: 'the finance',
    });
    expect(await balance()).toBe('150.00');
    expect(await written()).toEqual([
      `the finance approvals.ask approval ${approval}`,
      `the owner approvals.approve approval ${approval}`,
      `the owner corrections.credit user ${li.id}`,
    ]);
    const [[after, reason] = []] = await app.sql(
      "SELECT after, reason FROM audit_details JOIN audit ON id = audit_id WHERE operation = 'corrections.credit'",
    );
    expect([JSON.parse(String(after)), reason]).toEqual([
      expect.objectContaining({ askedBy: 'the finance', approvedBy: 'the owner', approval, yuan: '150.00' }),
      'goodwill',
    ]);
    const again = await approve('owner', approval);
    expect([again.status, again.body.message]).toEqual([
      409,
      `Approval ${approval} was approved already, by the owner.`,
    ]);
    expect((await by('viewer', 'approvals.show', { approval })).body).toMatchObject({
      state: 'approved',
      endedBy: 'the owner',
      input: `{"user":${li.id},"yuan":"150.00"}`,
    });
  });

  test('is done once by however many who approve at once', async () => {
    const approval = await ask();
    const replies = await Promise.all(Array.from({ length: 8 }, () => approve('owner', approval)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await balance()).toBe('150.00');
  });

  test('is either approved or withdrawn', async () => {
    const approval = await ask();
    const [first, second] = await Promise.all([
      by('finance', 'approvals.withdraw', { approval }),
      approve('owner', approval),
    ]);
    expect([first?.status, second?.status].sort()).toEqual([200, 409]);
    expect(await balance()).toBe(second?.status === 200 ? '150.00' : '0.00');
  });

  test('counts for whoever asked, not for whoever approves', async () => {
    await approve('owner', await ask());
    expect((await credit('owner', '100.00')).body.done).toBe(true);
    expect((await credit('finance', '0.01')).body.waits).toBe(true);
  });

  test('is asked for once, and under one key answered the same', async () => {
    const approval = await ask();
    const { status, body } = await credit('finance', '150.00');
    expect([status, body.message]).toEqual([409, expect.stringContaining(`approval ${approval} waits`)]);
    const key = { 'idempotency-key': 'k' };
    const given = { user: wang.id, yuan: '150', reason: 'r' };
    const replies = [];
    for (let i = 0; i < 2; i += 1) replies.push(await by('finance', 'corrections.credit', given, key));
    expect(replies[1]?.body).toEqual(replies[0]?.body);
    expect((await by('viewer', 'approvals.list')).body.total).toBe(2);
  });

  test('is nobody’s own to approve or to reject, and only one’s own to withdraw', async () => {
    const approval = await ask();
    for (const [name, words] of [
      ['approvals.approve', 'You have asked for it yourself'],
      ['approvals.reject', 'You have asked for it yourself'],
    ] as const) {
      const { status, body } = await by('finance', name, { approval, reason: 'r' });
      expect([status, body.message]).toEqual([409, expect.stringContaining(words)]);
    }
    const foreign = await by('owner', 'approvals.withdraw', { approval });
    expect([foreign.status, foreign.body.message]).toEqual([
      409,
      expect.stringContaining('only they withdraw'),
    ]);
    expect((await by('finance', 'approvals.withdraw', { approval })).status).toBe(200);
    const late = await approve('owner', approval);
    expect(late.body.message).toBe(`Approval ${approval} was withdrawn already, by the finance.`);
    expect(await balance()).toBe('0.00');
  });

  test('is rejected with a reason, and then nobody approves it', async () => {
    const approval = await ask();
    expect((await by('owner', 'approvals.reject', { approval })).body.error).toBe('REASON_NEEDED');
    expect((await by('owner', 'approvals.reject', { approval, reason: 'no' })).status).toBe(200);
    expect((await approve('owner', approval)).body.message).toContain('was rejected already, by the owner');
    expect((await by('viewer', 'approvals.list', { state: 'rejected' })).body.total).toBe(1);
  });

  test('is no support’s or moderator’s to approve', async () => {
    const approval = await ask();
    for (const role of ['viewer', 'support', 'moderator'])
      expect((await approve(role, approval)).status, role).toBe(403);
  });

  test('expires after 72 hours, and goes a year later', async () => {
    const approval = await ask();
    app.clock.advance(72 * HOUR);
    const { body } = await approve('owner', approval);
    expect(body.message).toBe(`Approval ${approval} has expired: ask again.`);
    expect((await by('viewer', 'approvals.list')).body.total).toBe(0);
    expect((await by('viewer', 'approvals.list', { state: 'expired' })).body.total).toBe(1);
    expect((await credit('finance', '150.00')).body.waits).toBe(true);
    app.clock.advance(400 * 24 * HOUR);
    await sweep(app.platform);
    expect(await app.sql('SELECT * FROM approvals')).toEqual([]);
    expect(await app.sql('SELECT * FROM operator_sums')).toEqual([]);
  });

  test('is of no use once whoever asked may not do it any more', async () => {
    const approval = await ask();
    await app.executor.write([change("UPDATE operators SET role = 'support' WHERE id = 4")]);
    expect((await approve('owner', approval)).body.message).toContain(
      'may not do corrections.credit any more',
    );
    await app.executor.write([change("UPDATE operators SET role = 'finance', removed_at = 1 WHERE id = 4")]);
    expect((await approve('owner', approval)).body.message).toContain(
      'may not do corrections.credit any more',
    );
    expect(await balance()).toBe('0.00');
  });

  test.each([
    'amount = 1',
    "input = replace(input, '150.00', '9150.00')",
    'user_id = user_id + 1',
    "eyes = 'x', eyes_name = 'x'",
  ])('that was changed by hand is approved by nobody: %s', async (set) => {
    const approval = await ask();
    await app.executor.write([change(`UPDATE approvals SET ${set}`)]);
    expect((await approve('owner', approval)).status).toBe(409);
    expect([await balance(), await balance(wang)]).toEqual(['0.00', '0.00']);
  });

  test('whose act cannot be done any more stays waiting, and nothing is written', async () => {
    const given = { user: li.id, yuan: '100', reason: 'r' };
    for (const user of ['anna', 'bo']) await fromShell(user, 'corrections.credit', given);
    const { body: asked } = await by('finance', 'corrections.seize', { ...given, yuan: '150' });
    const { approval } = asked;
    await fromShell('root', 'corrections.debit', { ...given, yuan: '60' });
    const before = await written();
    const { status, body } = await approve('owner', approval);
    expect([status, body.message]).toEqual([409, `The wallet of ${li.id} holds 140.00.`]);
    expect(await written()).toEqual(before);
    expect((await by('viewer', 'approvals.show', { approval })).body.state).toBe('waits');
  });
});

describe('two people', () => {
  test('are two users of the machine, and not one with and without sudo', async () => {
    const asked = await fromShell('anna', 'corrections.credit', { user: li.id, yuan: '150', reason: 'r' });
    expect(asked).toMatchObject({ done: false, waits: true });
    const { approval } = asked;
    for (const user of ['anna', 'anna (sudo)'])
      expect(await fromShell(user, 'approvals.approve', { approval })).toContain('asked for it yourself');
    expect(await fromShell('bo', 'approvals.approve', { approval })).toMatchObject({ done: true });
    expect(await balance()).toBe('150.00');
  });

  test('are not an operator and the machine’s user of that name', async () => {
    const approval = await ask();
    expect(await fromShell('the finance', 'approvals.approve', { approval })).toContain(
      'asked for it yourself',
    );
    expect(await fromShell('anna', 'approvals.approve', { approval })).toMatchObject({ done: true });
  });

  test('are not an operator and the token that they have made', async () => {
    await app.executor.write([
      change(
        `INSERT INTO operator_tokens (id, name, role, scopes, addresses, digest, created_by, created_at, expires_at)
          VALUES (9, 'bank', 'finance', '[]', '[]', 'd', 5, 0, 9999999999999)`,
      ),
    ]);
    const actor = {
      kind: 'operator',
      id: 9,
      name: 'bank',
      role: 'finance',
      address: '',
      scopes: ['corrections.*', 'approvals.*'],
    } as never;
    const as = (name: string, given: Record<string, unknown>) =>
      runOperation(app.platform, found(name), { actor, requestId: 'r', given }).then(
        ({ text }) => JSON.parse(text),
        (error: Error) => error.message,
      );
    const { approval } = await as('corrections.credit', { user: li.id, yuan: '150', reason: 'r' });
    expect((await approve('owner', approval)).body.message).toContain('asked for it yourself');
    expect((await approve('finance', approval)).body.done).toBe(true);
    // Nor does the sum begin again with a token.
    expect((await credit('owner', '0.01')).body.waits).toBe(true);
    expect(await as('approvals.approve', { approval: await ask() })).toMatchObject({ done: true });
  });

  test('are told apart on the machine that runs this, too', async () => {
    const operation = found('corrections.credit');
    const asked = JSON.parse(
      await runAsShell(app.platform, operation, { user: li.id, yuan: '150', reason: 'r' }),
    );
    const approving = runAsShell(app.platform, found('approvals.approve'), { approval: asked.approval });
    await expect(approving).rejects.toMatchObject({ reason: 'NOTHING_DONE' });
  });
});
