import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detailsMac } from '../../src/operations/audit/append.ts';
import { digestOf, macOf } from '../../src/operations/audit/rows.ts';
import { sealAudit } from '../../src/operations/audit/seal.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { operate, operatedApp } from '../support/operate.ts';

let app: TestApp;
let li: Person;
let lines: { event: string; facts?: Readonly<Record<string, unknown>> | undefined }[];
beforeEach(async () => {
  lines = [];
  const log = {
    info: (event: string, facts?: Readonly<Record<string, unknown>>) => void lines.push({ event, facts }),
    error: () => {},
  };
  app = await operatedApp({ platform: { log } });
  li = await person(app);
});
afterEach(() => app.close());

const ban = (reason = 'spam') => operate(app, 'moderator', 'users.disable', { user: li.id, reason });
const lift = () => operate(app, 'moderator', 'users.enable', { user: li.id });
/** An act that happens: the account is shut and opened by turns. */
async function act() {
  const [[status] = []] = await app.sql('SELECT status FROM users WHERE id = ?', li.id);
  expect((await (status === 1 ? ban : lift)()).status).toBe(200);
}
/** So many acts, and their rows sealed. */
async function acts(count: number) {
  for (let i = 0; i < count; i += 1) await act();
  await sealAudit(app.platform);
}
const verify = (head?: string) =>
  verifyAudit(app.platform.db, app.platform.keys.audit, app.clock.now(), head);
const write = (...sql: string[]) => app.executor.write(sql.map((text) => change(text)));
const rows = () => app.sql('SELECT * FROM audit');

describe('what is written', () => {
  test('is one row for each act: who, what, on whom, under which request, and why', async () => {
    const { headers } = await operate(app, 'moderator', 'users.disable', {
      user: String(li.id),
      reason: '  sp\nam ',
    });
    expect(
      await app.sql(
        'SELECT at, actor_kind, actor_id, actor, operation, subject, subject_id, request_id FROM audit',
      ),
    ).toEqual([
      [
        app.clock.now(),
        'operator',
        3,
        'the moderator',
        'users.disable',
        'user',
        String(li.id),
        headers.get('x-request-id'),
      ],
    ]);
    expect(await app.sql('SELECT before, after, reason, address FROM audit_details')).toEqual([
      ['{"user":"enabled"}', '{"user":"disabled"}', 'sp am', '127.0.0.1'],
    ]);
    expect((await operate(app, 'moderator', 'users.disable', { user: li.id })).status).toBe(409);
    expect(await rows()).toHaveLength(1);
  });

  test('is one row, however many operators race for the act', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => ban()));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect(await rows()).toHaveLength(1);
  });

  test('is the act itself: without its row there is no act', async () => {
    await write("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'refused: full'); END");
    expect((await ban()).status).toBe(500);
    expect(await app.sql('SELECT status FROM users WHERE id = ?', li.id)).toEqual([[1]]);
  });

  test('is sealed by the job, and the newest seal is told to the log', async () => {
    await acts(3);
    const { faults, head, acts: count, seals, unsealed } = await verify();
    expect([faults, count, seals, unsealed]).toEqual([[], 3, 1, undefined]);
    expect(lines).toEqual([{ event: 'audit sealed', facts: { acts: 3, head } }]);
    await act();
    expect((await verify(head)).unsealed).toEqual({ from: 4, to: 4 });
    await Promise.all([sealAudit(app.platform), sealAudit(app.platform)]);
    expect(await verify(head)).toMatchObject({ faults: [], seals: 2, unsealed: undefined });
  });

  test('may lose its details, and nothing breaks', async () => {
    await acts(2);
    await write('DELETE FROM audit_details WHERE audit_id = 1');
    expect((await verify()).faults).toEqual([]);
    const { body } = await operate(app, 'owner', 'audit.list', { subject: 'user', number: String(li.id) });
    expect(body.rows.map(({ reason }: { reason: string }) => reason)).toEqual(['', '']);
    expect(body.total).toBe(2);
  });
});

describe('what was written cannot be changed', () => {
  test.each([
    "UPDATE audit SET actor = 'nobody'",
    'DELETE FROM audit',
    'INSERT OR REPLACE INTO audit SELECT * FROM audit',
    "UPDATE audit_details SET reason = ''",
    'UPDATE audit_seals SET rows = 0',
    'DELETE FROM audit_seals',
  ])('by %s', async (sql) => {
    await acts(2);
    await expect(write(sql)).rejects.toThrow('audit_is_final');
    expect((await verify()).faults).toEqual([]);
  });

  test('and goes only in sealed spans of more than three years ago, whose seals stay', async () => {
    app.clock.time = Date.now() - 4 * 366 * 24 * 3600 * 1000;
    await acts(2);
    app.clock.time = Date.now();
    await acts(1);
    await write('DELETE FROM audit_details');
    await expect(write('DELETE FROM audit WHERE id = 3')).rejects.toThrow('audit_is_final');
    await write('DELETE FROM audit WHERE id = 1');
    expect((await verify()).faults).toEqual(['Of acts 1 to 2 there are 1, and 2 were sealed.']);
    await write('DELETE FROM audit WHERE id = 2');
    expect(await verify()).toMatchObject({ faults: [], acts: 1, seals: 2 });
  });
});

/** Whoever owns the database can take the triggers away; what they do then is found. */
describe('somebody who owns the database is found out', () => {
  const triggers = async () =>
    (await app.sql("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'")).map(
      ([name, sql]) => [String(name), String(sql)] as const,
    );
  /** Does something without the triggers, and puts them back. */
  async function behind(...sql: string[]) {
    const found = await triggers();
    await write(...found.map(([name]) => `DROP TRIGGER ${name}`), ...sql, ...found.map(([, text]) => text));
  }

  test.each([
    ["UPDATE audit SET actor = 'wang' WHERE id = 2", 'One of acts 1 to 3 was changed.'],
    ['UPDATE audit SET at = at + 1 WHERE id = 3', 'One of acts 1 to 3 was changed.'],
    ['DELETE FROM audit WHERE id = 2', 'Of acts 1 to 3 there are 2, and 3 were sealed.'],
    ['UPDATE audit SET id = 9 WHERE id = 3', 'Of acts 1 to 3 there are 2, and 3 were sealed.'],
    [
      "UPDATE audit_details SET reason = 'a good one' WHERE audit_id = 1",
      'The details of act 1 were changed.',
    ],
    ["UPDATE audit_details SET address = '8.8.8.8' WHERE audit_id = 5", 'The details of act 5 were changed.'],
    [
      'UPDATE audit_seals SET rows = 2 WHERE from_id = 1',
      'The seal of acts 1 to 3 was not made under AUDIT_KEY.',
    ],
    ['DELETE FROM audit_seals WHERE from_id = 1', 'A seal before acts 4 to 4 is gone.'],
    ['DELETE FROM audit WHERE id = 5', 'Acts 5 to 5 are gone.'],
  ])('by %s', async (sql, fault) => {
    await acts(3);
    await acts(1);
    await act();
    expect((await verify()).faults).toEqual([]);
    // Details hang on their rows, and may be forgotten.
    await behind(...(sql.startsWith('UPDATE audit_details') ? [] : ['DELETE FROM audit_details']), sql);
    expect((await verify()).faults.join('\n')).toContain(fault);
  });

  test('who cuts the end off with its seals, by a seal that was written down elsewhere', async () => {
    await acts(3);
    const { head: first } = await verify();
    await acts(2);
    const { head } = await verify(first);
    await behind(
      'DELETE FROM audit_details',
      'DELETE FROM audit WHERE id > 3',
      'DELETE FROM audit_seals WHERE from_id > 3',
      "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit'",
    );
    expect((await verify(first)).faults).toEqual([]);
    expect((await verify(head)).faults).toEqual([expect.stringContaining('the end was cut off')]);
  });

  test('who writes all of it again, and seals it under another key', async () => {
    await acts(3);
    const { head } = await verify();
    const key = new TextEncoder().encode('somebody else’s');
    const [seal] = await app.sql('SELECT from_id, to_id, rows, last_at FROM audit_seals');
    const [fromId, toId, count, lastAt] = (seal ?? []).map(Number);
    const span = {
      fromId: fromId ?? 0,
      toId: toId ?? 0,
      rows: count ?? 0,
      lastAt: lastAt ?? 0,
      digest: digestOf([]),
    };
    await behind(`UPDATE audit_seals SET digest = '${span.digest}', mac = '${macOf(key, '', span)}'`);
    expect((await verify()).faults).toContain('The seal of acts 1 to 3 was not made under AUDIT_KEY.');
    expect((await verify(head)).faults.join()).toContain('all was written again');
  });

  test('who has changed AUDIT_KEY, in one line, however much was sealed under the old one', async () => {
    await acts(3);
    await acts(2);
    const old = app.platform.keys.audit;
    const other = new TextEncoder().encode('a key that was drawn later, with as many characters');
    const under = (key: Uint8Array) => verifyAudit(app.platform.db, key, app.clock.now());
    const said =
      'The 2 seals of acts 1 to 5 were not made under AUDIT_KEY. Nothing of it was: AUDIT_KEY (without it, DATA_KEY) is another one than it was then. Verify with the old one.';
    expect((await under(other)).faults).toEqual([said]);
    expect((await under(old)).faults).toEqual([]);
    // From then on the server seals under the new one, over what there is.
    Object.assign(app.platform.keys, { audit: other });
    await acts(2);
    expect((await under(other)).faults).toEqual([said]);
    expect((await under(old)).faults).toEqual([
      expect.stringContaining('The seal of acts 6 to 7 was not made under AUDIT_KEY. Nothing of it was'),
    ]);
    // Whoever takes that for an opportunity is found out as before.
    await behind("UPDATE audit SET actor = 'wang' WHERE id = 2");
    expect((await under(other)).faults).toContain('One of acts 1 to 3 was changed.');
  });

  test('who leaves a trigger away, bends one, or adds one', async () => {
    await acts(1);
    const [[name, sql] = ['', '']] = await triggers();
    await write(`DROP TRIGGER ${name}`);
    expect((await verify()).faults).toEqual([`The trigger ${name} is gone.`]);
    await write(sql.replace('BEFORE', 'AFTER'));
    expect((await verify()).faults).toEqual([`The trigger ${name} is not the one that this version made.`]);
    await write(
      `DROP TRIGGER ${name}`,
      sql,
      'CREATE TRIGGER quiet BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END',
    );
    expect((await verify()).faults).toEqual(['The trigger quiet does not belong there.']);
  });
});

test('the HMAC of details belongs to one act', () => {
  const key = new TextEncoder().encode('k');
  const details = { before: '{}', after: '{}', reason: 'r', address: '' };
  expect(detailsMac(key, 'a', details)).not.toBe(detailsMac(key, 'b', details));
  expect(detailsMac(key, 'a', details)).not.toBe(
    detailsMac(key, 'a', { ...details, reason: '', address: 'r' }),
  );
});
