import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ageText } from '../../src/operations/queues/age.ts';
import { QUEUE_NAMES, type QueueName } from '../../src/operations/queues/queues.ts';
import { tidyQueues } from '../../src/operations/queues/tidy.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { type Meeting, meeting } from '../support/barrier.ts';
import { freshDatabase } from '../support/database.ts';
import { operate, operatedApp } from '../support/operate.ts';

const HOUR = 3600_000;

let app: TestApp;
let li: Person;
let meet: Meeting;
beforeEach(async () => {
  meet = meeting((await freshDatabase()).executor);
  app = await operatedApp({ executor: meet.executor });
  li = await person(app, '李雷');
});
afterEach(() => app.close());

/** The rows of a request for a second operator. */
const asked = (operation: string) => (item: number, at: number) => [
  `INSERT INTO approvals (id, operation, input, reason, digest, user_id, amount, asked_kind, asked_id, asked_by, eyes,
      eyes_name, asked_at, expires_at)
    VALUES (${item}, '${operation}', '{}', '', '', ${li.id}, 1, 'operator', 2, '', '', '', ${at}, ${at + 72 * HOUR})`,
];

/** Something that waits in each queue: its rows, and what ends it. */
const KINDS: Readonly<Record<QueueName, { make(item: number, at: number): string[]; end: string }>> = {
  reports: {
    make: (item, at) => [
      `INSERT INTO reports (id, user_id, dest_type, dest_id, created_at, updated_at) VALUES (${item}, ${li.id}, 0, 1, ${at}, 0)`,
    ],
    end: 'UPDATE reports SET status = 1',
  },
  review: {
    make: (item, at) => [
      `INSERT INTO reviews (id, scope, user_id, place, sealed, cause, created_at) VALUES (${item}, 'moment', ${li.id}, '{}', '-', '', ${at})`,
    ],
    end: 'UPDATE reviews SET state = 1, ended_at = 1',
  },
  identity: {
    make: (item, at) => [
      `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) VALUES (${item}, '+${item}', '', '', 0, 0)`,
      `INSERT INTO identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, submitted_at) VALUES (${item}, '', '', '${item}', ${at})`,
    ],
    end: 'UPDATE identity_checks SET state = 1',
  },
  payouts: {
    make: (item, at) => [
      `INSERT INTO payouts (id, user_id, amount, created_at) VALUES (${item}, ${li.id}, 1, ${at})`,
    ],
    end: 'UPDATE payouts SET state = 1, ended_at = 1',
  },
  strays: {
    make: (item, at) => [
      `INSERT INTO payment_orders (id, user_id, kind, provider, out_trade_no, amount, subject, body, created_at, expires_at)
        VALUES (${item}, ${li.id}, 1, 'alipay', 'o${item}', 1, '', '', 0, 0)`,
      `INSERT INTO stray_payments (provider, trade_no, order_id, amount, found_at) VALUES ('alipay', '${item}', ${item}, 1, ${at})`,
    ],
    end: 'UPDATE stray_payments SET refunded_at = 1',
  },
  refunds: {
    make: (item, at) => [
      `INSERT INTO payment_orders (id, user_id, kind, provider, out_trade_no, amount, subject, body, created_at, expires_at)
        VALUES (${item}, ${li.id}, 1, 'alipay', 'o${item}', 1, '', '', 0, 0)`,
      `INSERT INTO refunds (id, provider, trade_no, order_id, user_id, amount, total, created_at)
        VALUES (${item}, 'alipay', 't${item}', ${item}, ${li.id}, 1, 1, ${at})`,
    ],
    end: 'UPDATE refunds SET state = 1, ended_at = 1',
  },
  corrections: { make: asked('corrections.credit'), end: 'UPDATE approvals SET state = 1, ended_at = 1' },
  // What has expired waits no more, either.
  approvals: { make: asked('refunds.refund'), end: 'UPDATE approvals SET expires_at = 0' },
  mobiles: {
    make: (item, at) => [
      `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) VALUES (${item}, '+${item}', '', '', 0, 0)`,
      `INSERT INTO mobile_requests (user_id, old_mobile, new_mobile, eyes, eyes_name, reason, asked_at, expires_at)
        VALUES (${item}, '', '', '', '', '', ${at}, ${at + 24 * HOUR})`,
    ],
    end: 'UPDATE mobile_requests SET expires_at = 0',
  },
};
const make = (name: QueueName, item: number, at = app.clock.now()) =>
  app.executor.write(KINDS[name].make(item, at).map((sql) => change(sql)));
const as = (role: string, name: string, given: object) => operate(app, role, `queues.${name}`, given);
/** A role that works on a queue. */
const WORKER: Readonly<Record<QueueName, string>> = {
  reports: 'moderator',
  review: 'moderator',
  identity: 'support',
  payouts: 'finance',
  strays: 'finance',
  refunds: 'finance',
  corrections: 'finance',
  approvals: 'finance',
  mobiles: 'support',
};
const itemsIn = async (queue: QueueName, role = WORKER[queue]) =>
  (await as(role, 'items', { queue })).body.rows;

describe.each(QUEUE_NAMES)('the queue %s', (queue) => {
  const role = WORKER[queue];

  test('shows what waits, the oldest first, by pages', async () => {
    const begin = app.clock.now() - 5 * HOUR;
    for (let i = 0; i < 103; i++) await make(queue, 500_000 + i, begin + (i % 3));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { body } = await as(role, 'items', { queue, ...(after ? { after } : {}) });
      expect(body.total).toBe(103);
      seen.push(...body.rows.map(({ item }: { item: string }) => item));
      after = body.next ?? undefined;
    } while (after);
    expect([seen.length, new Set(seen).size]).toEqual([103, 103]);
    expect(seen.slice(0, 3)).toEqual(['500000', '500003', '500006']);
    expect((await itemsIn(queue))[0]).toMatchObject({
      item: '500000',
      age: '5 h 0 min',
      assignee: '',
      notes: 0,
    });
    const { body } = await as(role, 'list', {});
    expect(body.rows.find((row: { queue: string }) => row.queue === queue)).toMatchObject({
      waiting: 103,
      age: '5 h 0 min',
    });
  });

  test('lets one operator take a thing, however many want it at once', async () => {
    await make(queue, 500_000);
    const given = { queue, item: '500000' };
    meet.hold(2);
    const both = await Promise.all([role, 'owner'].map((who) => as(who, 'assign', given)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = both[0]?.status === 200 ? role : 'owner';
    const loser = winner === 'owner' ? role : 'owner';
    expect((await itemsIn(queue))[0].assignee).toBe(`the ${winner}`);
    expect((await as(loser, 'unassign', given)).body.message).toBe(
      `the ${winner} has taken it: say --force.`,
    );
    expect((await as(winner, 'unassign', given)).status).toBe(200);
    expect((await as(winner, 'unassign', given)).body.message).toBe('Nobody has taken it.');
    expect((await as(loser, 'assign', given)).status).toBe(200);
    expect((await as(winner, 'unassign', { ...given, force: true })).status).toBe(200);
    expect((await itemsIn(queue))[0].assignee).toBe('');
  });

  test('keeps notes with author and time until the thing has ended', async () => {
    await make(queue, 500_000);
    await make(queue, 500_001);
    const given = { queue, item: '500000' };
    await as(role, 'note', { ...given, note: '在等银行' });
    app.clock.advance(60_000);
    await as('owner', 'note', { ...given, note: '银行已答复' });
    expect((await itemsIn(queue))[0]).toMatchObject({ notes: 2, lastNote: '银行已答复', assignee: '' });
    expect((await as(role, 'show', given)).body).toMatchObject({
      item: '500000',
      notes: [
        { by: `the ${role}`, note: '在等银行', at: '2026-11-22 20:00:00' },
        { by: 'the owner', note: '银行已答复', at: '2026-11-22 20:01:00' },
      ],
    });
    await as(role, 'assign', { queue, item: '500001' });
    expect(await tidyQueues(app.platform)).toBe(0);
    await app.executor.write([change(KINDS[queue].end)]);
    expect(await tidyQueues(app.platform)).toBe(2);
    for (const table of ['queue_items', 'queue_notes'])
      expect((await app.sql(`SELECT count(*) FROM ${table}`))[0]?.[0]).toBe(0);
    for (const name of ['assign', 'note', 'show']) {
      const { status, body } = await as(role, name, { ...given, ...(name === 'note' ? { note: 'x' } : {}) });
      expect([status, body.message]).toEqual([409, `500000 does not wait in ${queue}.`]);
    }
  });
});

test('a role sees the queues whose lists it may see, and no other', async () => {
  const seen = async (role: string) =>
    (await as(role, 'list', {})).body.rows.map((row: { queue: string }) => row.queue);
  expect(await seen('owner')).toEqual([...QUEUE_NAMES]);
  expect(await seen('viewer')).toEqual(QUEUE_NAMES.filter((name) => name !== 'mobiles' && name !== 'review'));
  expect(await seen('moderator')).toEqual(['reports', 'review', 'identity']);
  await make('payouts', 7);
  const given = { queue: 'payouts', item: '7' };
  for (const name of ['items', 'show', 'assign', 'unassign', 'note']) {
    const { item, ...rest } = { ...given, ...(name === 'note' ? { note: 'x' } : {}) };
    const { body } = await as('moderator', name, name === 'items' ? rest : { ...rest, item });
    expect([body.error, body.message], name).toEqual([
      'NOTHING_DONE',
      'Your role does not see the queue payouts.',
    ]);
  }
  expect((await as('viewer', 'assign', given)).body.error).toBe('NOT_ALLOWED');
  expect((await as('finance', 'assign', { ...given, item: '7x' })).body.message).toBe(
    '7x does not wait in payouts.',
  );
});

test('a thing has a hundred notes at most', async () => {
  await make('reports', 5);
  const given = { queue: 'reports', item: '5', note: 'x' };
  for (let i = 0; i < 100; i++) expect((await as('support', 'note', given)).status).toBe(200);
  expect((await as('support', 'note', given)).body.message).toBe('It has 100 notes already.');
});

test('what is left of things that have ended goes some at a time, over any number of runs', async () => {
  for (let i = 1; i <= 450; i++) await make('reports', i);
  await make('payouts', 9);
  await app.executor.write([
    change("INSERT INTO queue_items SELECT 'reports', id, 'li', 0 FROM reports"),
    change("INSERT INTO queue_items VALUES ('payouts', '9', 'li', 0)"),
    change('UPDATE reports SET status = 1 WHERE id <> 300'),
  ]);
  let [gone, runs] = [0, 0];
  for (; gone < 449 && runs < 20; runs++)
    gone += await tidyQueues(app.platform, { trips: 2, ms: 1000, connections: 1 });
  expect([gone, runs > 2]).toEqual([449, true]);
  expect(await app.sql('SELECT queue, item FROM queue_items ORDER BY queue')).toEqual([
    ['payouts', '9'],
    ['reports', '300'],
  ]);
});

test.each([
  [0, '0 min'],
  [59 * 60_000, '59 min'],
  [2 * HOUR + 60_000, '2 h 1 min'],
  [50 * HOUR, '2 d 2 h'],
])('an age of %i ms is %s', (ms, text) => expect(ageText(ms)).toBe(text));
