import { describe, expect } from 'vitest';
import type { Allowance } from '../../src/core/in-slices.ts';
import { createLog } from '../../src/core/log.ts';
import type {
  PushNotice,
  PushOutcome,
  PushProvider,
  PushProviderName,
} from '../../src/platform/push/push.ts';
import { sendPushes } from '../../src/realtime/push/send.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { freshDatabase } from '../support/database.ts';
import { befriend } from '../support/friends.ts';
import { groupOf } from '../support/groups.ts';
import { recordedScans, recording as recordingStatements } from '../support/plans.ts';

interface Cast {
  readonly app: TestApp;
  readonly li: Person;
  readonly wang: Person;
}

interface Sent {
  readonly provider: PushProviderName;
  readonly notice: PushNotice;
  readonly tokens: readonly string[];
}

let sent: Sent[] = [];
let outcome: PushOutcome = 'sent';
const recording = (provider: PushProviderName): PushProvider => ({
  perRequest: 1000,
  async send(notice, tokens) {
    sent.push({ provider, notice, tokens });
    return tokens.map(() => outcome);
  },
});

const MINUTE = 60_000;
let count = 0;

async function say(from: Person, to: Person, content: string, messageType = 2) {
  count += 1;
  const params = { msgId: `m-${count}`, fromType: 1, destId: to.id, messageType, content };
  expect((await from.call('/im/send', params)).code).toBe('1');
}
/** Runs the job. @returns how many phones were told */
const push = async (platform: Parameters<typeof sendPushes>[0], allowance?: Allowance) =>
  (await sendPushes(platform, allowance)).done;
const bodies = () => sent.map(({ notice }) => notice.body);

const test = appTest({ platform: { push: new Map([['jpush', recording('jpush')]]) } })
  .extend('li', ({ app }) => person(app, '林一'))
  /** Lets the grace pass, and runs the job. */
  .extend('run', ({ app }) => async (ms = 10_000) => {
    app.clock.advance(ms);
    return push(app.platform);
  })
  .extend(
    'waiting',
    ({ app }) =>
      async () =>
        (await app.sql('SELECT COUNT(*) FROM push_outbox'))[0]?.[0],
  );
test.beforeEach(async ({ app, li, wang }) => {
  sent = [];
  outcome = 'sent';
  await befriend(li, wang);
  await sendPushes(app.platform);
  await wang.call('/chat/bindXgToken', { token: 'phone-of-wang', device: 1 });
});

describe('pushes', () => {
  test('tell a phone of a message once, by the sender’s name and the text, or what takes its place', async ({
    li,
    wang,
    run,
    waiting,
  }) => {
    await say(li, wang, '来喝茶');
    await say(li, wang, 'https://a.test/a.jpg', 3);
    expect(await run()).toBe(2);
    expect(sent[0]).toEqual({
      provider: 'jpush',
      notice: {
        title: '林一',
        body: '来喝茶',
        conversation: `user-${li.id}`,
        data: { messageType: '2', fromType: '1', fromId: String(li.id), destId: String(wang.id) },
      },
      tokens: ['phone-of-wang'],
    });
    expect(bodies()).toEqual(['来喝茶', '[图片]']);
    expect(await run()).toBe(0);
    expect(await waiting()).toBe(0);
  });

  test('wait for the grace, and are not sent of what was taken meanwhile', async ({ li, wang, run }) => {
    await say(li, wang, '一');
    expect(await run(1000)).toBe(0);
    const { seq } = (await wang.call('/im/sync')).data;
    await wang.call('/im/ack', { seq });
    await run();
    expect(sent).toEqual([]);
  });

  test('are not sent to who has a socket open, has logged out, or wants no sound of this friend', async ({
    app,
    li,
    wang,
    run,
  }) => {
    const home = { sql: '', params: [wang.id, app.clock.now() + 5 * MINUTE], kind: 'change' } as const;
    await app.executor.write([
      { ...home, sql: "INSERT INTO presences (user_id, home, until) VALUES (?, 'here', ?)" },
    ]);
    await say(li, wang, '一');
    await run();
    await app.executor.write([{ sql: 'DELETE FROM presences', params: [], kind: 'change' }]);
    await wang.call('/chat/setlgonre', { destId: li.id, destType: 1, receiveTip: 0 });
    await say(li, wang, '二');
    await run();
    await wang.call('/chat/setlgonre', { destId: li.id, destType: 1, receiveTip: 1 });
    await say(li, wang, '三');
    await run();
    await wang.call('/chat/doLogout');
    await say(li, wang, '四');
    await run();
    expect(bodies()).toEqual(['三']);
  });

  test('are not sent of what was recalled before they went out', async ({ li, wang, run, waiting }) => {
    await say(li, wang, '一');
    outcome = 'retry';
    await run();
    await say(li, wang, `m-${count}`, 32);
    outcome = 'sent';
    sent = [];
    await run(MINUTE);
    expect(sent).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  const meanwhile: [string, (cast: Cast) => Promise<unknown>][] = [
    [
      'has been taken by that phone',
      async ({ wang }) => {
        const { seq } = (await wang.call('/im/sync')).data;
        expect((await wang.call('/im/ack', { seq })).code).toBe('1');
      },
    ],
    ['is of somebody who is blocked', ({ li, wang }) => wang.call('/chat/setBlock', { blockId: li.id })],
    [
      'is of somebody who makes no sound any more',
      ({ li, wang }) => wang.call('/chat/setlgonre', { destId: li.id, destType: 1, receiveTip: 0 }),
    ],
    [
      'was for a phone whose session has ended',
      ({ app, wang }) =>
        app.executor.write([
          {
            sql: 'UPDATE sessions SET ended_at = ? WHERE user_id = ? AND device = 1',
            params: [app.clock.now(), wang.id],
            kind: 'change',
          },
        ]),
    ],
    [
      'was for somebody who is back',
      ({ app, wang }) =>
        app.executor.write([
          {
            sql: "INSERT INTO presences (user_id, home, until) VALUES (?, 'here', ?)",
            params: [wang.id, app.clock.now() + 5 * MINUTE],
            kind: 'change',
          },
        ]),
    ],
  ];
  test.for(meanwhile)(
    'that failed are not tried again when the event %s meanwhile',
    async ([_, change], { app, li, wang, run, waiting }) => {
      // Another device waits for the events, so that they stay in the inbox.
      const expires = app.clock.now() + 24 * 60 * MINUTE;
      await app.executor.write([
        {
          sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (77, ?, 4, ?, ?)',
          params: [wang.id, app.clock.now(), expires],
          kind: 'change',
        },
      ]);
      outcome = 'retry';
      await say(li, wang, '一');
      await run();
      expect([bodies(), await waiting()]).toEqual([['一'], 1]);
      await change({ app, li, wang });
      outcome = 'sent';
      sent = [];
      await run(MINUTE);
      expect([bodies(), await waiting()]).toEqual([[], 0]);
    },
  );

  test('are tried again later each time, five times in all', async ({ li, wang, run, waiting }) => {
    outcome = 'retry';
    await say(li, wang, '一');
    await run();
    expect(sent).toHaveLength(1);
    await run();
    expect(sent).toHaveLength(1);
    for (const [i, wait] of [30_000, 60_000, 120_000, 240_000].entries()) {
      await run(wait);
      expect(sent).toHaveLength(i + 2);
    }
    expect(await waiting()).toBe(0);
  });

  test('forget a token that is dead, and keep one that was refused for another reason', async ({
    app,
    li,
    wang,
    run,
    waiting,
  }) => {
    const tokens = async () => (await app.sql('SELECT token FROM push_devices')).flat();
    outcome = 'refused';
    await say(li, wang, '一');
    await run();
    expect(await tokens()).toEqual(['phone-of-wang']);
    outcome = 'gone';
    await say(li, wang, '二');
    await run();
    expect([await tokens(), await waiting()]).toEqual([[], 0]);
  });

  test('that a provider refuses are told to the operator: which one, and of how many phones', async ({
    app,
    li,
    wang,
    run,
  }) => {
    await li.call('/chat/bindXgToken', { token: 'phone-of-li', device: 1 });
    const zhang = await person(app, '张三');
    const group = await groupOf(zhang, li, wang);
    await run();
    outcome = 'refused';
    const message = { msgId: 'm', fromType: 2, destId: group, messageType: 2, content: '开茶' };
    expect((await zhang.call('/im/send', message)).code).toBe('1');
    const lines: string[] = [];
    app.clock.advance(10_000);
    await sendPushes({
      ...app.platform,
      log: createLog(
        (line) => lines.push(line),
        () => 0,
      ),
    });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: expect.any(String), level: 'error', event: 'push refused', provider: 'jpush', devices: 2 },
    ]);
  });

  test('of a long silence are not sent, and those after it are', async ({ li, wang, run }) => {
    await say(li, wang, '昨天');
    await run(24 * 60 * MINUTE);
    await say(li, wang, '今天');
    await run();
    expect(bodies()).toEqual(['今天']);
  });

  test('go by the provider that the device names, and to Apple from iPhones alone', async ({
    app,
    li,
    wang,
  }) => {
    const push = new Map((['apns', 'jpush'] as const).map((name) => [name, recording(name)] as const));
    const deliver = async () => {
      await say(li, wang, '一');
      app.clock.advance(10_000);
      await sendPushes({ ...app.platform, push });
    };
    await deliver();
    await wang.call('/chat/bindXgToken', { token: 'phone-of-wang', device: 1, provider: 'apns' });
    await deliver();
    await wang.call('/chat/bindXgToken', { token: 'phone-of-wang', device: 1, provider: 'fcm' });
    await deliver();
    expect(sent.map(({ provider }) => provider)).toEqual(['jpush', 'apns']);
  });
});

test('a message to a group is one request for all phones, named by the group; who muted it is left out', async ({
  app,
  li,
  wang,
  run,
}) => {
  const zhao = await person(app, '赵三');
  const qian = await person(app, '钱四');
  const group = await groupOf(li, zhao, qian);
  expect((await li.call('/chat/addGroupMember', { groupId: group, inviteIds: wang.id })).code).toBe('1');
  await zhao.call('/chat/bindXgToken', { token: 'phone-of-zhao', device: 1 });
  await qian.call('/chat/bindXgToken', { token: 'phone-of-qian', device: 1 });
  await qian.call('/chat/setlgonre', { destId: group, destType: 2, receiveTip: 0 });
  await run();
  sent = [];
  const params = { msgId: 'g', fromType: 2, destId: group, messageType: 2, content: '开水来了' };
  expect((await li.call('/im/send', params)).code).toBe('1');
  await run();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.tokens.toSorted()).toEqual(['phone-of-wang', 'phone-of-zhao']);
  expect(sent[0]?.notice).toMatchObject({
    title: '老茶馆',
    body: '林一: 开水来了',
    conversation: `group-${group}`,
  });
});

test('many messages to a group are all told of in one run, to those alone who are in it still', async ({
  app,
  li,
  run,
}) => {
  const [zhao, qian] = [await person(app, '赵三'), await person(app, '钱四')];
  const group = await groupOf(li, zhao, qian);
  await zhao.call('/chat/bindXgToken', { token: 'phone-of-zhao', device: 1 });
  await qian.call('/chat/bindXgToken', { token: 'phone-of-qian', device: 1 });
  await run();
  sent = [];
  for (let i = 0; i < 8; i++) {
    const params = { msgId: `g${i}`, fromType: 2, destId: group, messageType: 2, content: `第${i}杯` };
    expect((await li.call('/im/send', params)).code).toBe('1');
  }
  expect((await qian.call('/chat/quitGroup', { groupId: group })).code).toBe('1');
  await run();
  expect(sent.map(({ tokens, notice }) => [tokens, notice.body])).toEqual(
    Array.from({ length: 8 }, (_, i) => [['phone-of-zhao'], `林一: 第${i}杯`]),
  );
});

test('pushes walk through no whole table', async () => {
  const record = recordingStatements((await freshDatabase()).executor);
  const other = await testApp({ executor: record.executor });
  const [a, b] = [await person(other, 'a'), await person(other, 'b')];
  await befriend(a, b);
  await b.call('/chat/bindXgToken', { token: 'phone', device: 1 });
  const platform = { ...other.platform, push: new Map([['jpush', recording('jpush')] as const]) };
  await sendPushes(platform);
  await a.call('/im/send', { msgId: 'x', fromType: 1, destId: b.id, messageType: 2, content: 'x' });
  other.clock.advance(10_000);
  record.clear();
  expect(await push(platform)).toBe(1);
  expect(await recordedScans(record, ['announcements', 'n'])).toEqual([]);
  await other.close();
});
