import { describe, expect } from 'vitest';
import { type Allowance, WORKER_RUN } from '../../src/core/in-slices.ts';
import type { PushNotice, PushProvider, PushProviderName } from '../../src/platform/push/push.ts';
import { sendPushes } from '../../src/realtime/push/send.ts';
import { type Person, person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { befriend } from '../support/friends.ts';
import { groupOf } from '../support/groups.ts';

interface Sent {
  readonly provider: PushProviderName;
  readonly notice: PushNotice;
  readonly tokens: readonly string[];
}

let sent: Sent[] = [];
const recording = (provider: PushProviderName): PushProvider => ({
  perRequest: 1000,
  async send(notice, tokens) {
    sent.push({ provider, notice, tokens });
    return tokens.map(() => 'sent');
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
  await befriend(li, wang);
  await sendPushes(app.platform);
  await wang.call('/chat/bindXgToken', { token: 'phone-of-wang', device: 1 });
});

describe('pushes', () => {
  const it = test
    /** Sends as a slow provider does: every notice takes a second of the clock. */
    .extend(
      'slow',
      ({ app }) =>
        (send: (count: number) => Promise<unknown>): PushProvider => ({
          perRequest: 1,
          async send(notice, tokens) {
            sent.push({ provider: 'jpush', notice, tokens });
            app.clock.advance(1000);
            await send(sent.length);
            return tokens.map(() => 'sent');
          },
        }),
    )
    .extend('platformOf', ({ app }) => (provider: PushProvider) => ({
      ...app.platform,
      push: new Map([['jpush', provider] as const]),
    }));
  it('go out once where two runs meet, and again where one has died', async ({ app, li, wang, run }) => {
    await say(li, wang, '一');
    app.clock.advance(10_000);
    await Promise.all([sendPushes(app.platform), sendPushes(app.platform)]);
    expect(sent).toHaveLength(1);
    await say(li, wang, '二');
    const dying: PushProvider = {
      perRequest: 1,
      send: () => Promise.reject(new Error('the process ends here')),
    };
    app.clock.advance(10_000);
    const platform = { ...app.platform, push: new Map([['jpush', dying] as const]) };
    await expect(sendPushes(platform)).rejects.toThrow('ends here');
    await run(2 * MINUTE);
    expect(bodies()).toEqual(['一', '二']);
  });

  it('go out once each where a run would outlast its lease, and another meets it', async ({
    app,
    li,
    wang,
    waiting,
    slow,
    platformOf,
  }) => {
    for (let i = 0; i < 200; i += 1) await say(li, wang, `${i}`);
    app.clock.advance(10_000);
    const platform = platformOf(
      slow(async (count) => {
        if (count === 150) await sendPushes(platform);
      }),
    );
    const first = await push(platform);
    expect(first).toBeGreaterThan(50);
    expect(first).toBeLessThan(120);
    expect(await app.sql('SELECT DISTINCT claim, tries FROM push_outbox')).toEqual([['', 0]]);
    while ((await waiting()) !== 0) expect(await push(platform)).toBeGreaterThan(0);
    expect(bodies().toSorted()).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`).toSorted());
  });

  it('that have gone out are not sent again when the run that sent them dies', async ({
    app,
    li,
    wang,
    run,
    slow,
    platformOf,
  }) => {
    for (let i = 0; i < 40; i += 1) await say(li, wang, `${i}`);
    app.clock.advance(10_000);
    const dying = slow(async (count) => {
      if (count > 30) throw new Error('the process ends here');
    });
    await expect(sendPushes(platformOf(dying))).rejects.toThrow('ends here');
    const before = bodies().slice(0, 30);
    sent = [];
    await run(2 * MINUTE);
    expect(bodies().filter((body) => before.includes(body))).toEqual([]);
    expect(sent).toHaveLength(10);
  });

  it('go out from a Worker five at a time, and in order within a conversation', async ({
    app,
    wang,
    run,
    platformOf,
  }) => {
    const friends = await Promise.all(Array.from({ length: 8 }, () => person(app)));
    for (const friend of friends) await befriend(friend, wang);
    await run();
    for (const text of ['一', '二', '三']) for (const friend of friends) await say(friend, wang, text);
    app.clock.advance(10_000);
    const [begun, ended]: [string[], string[]] = [[], []];
    let most = 0;
    const counting: PushProvider = {
      perRequest: 1,
      async send({ conversation, body }, tokens) {
        begun.push(`${conversation} ${body}`);
        most = Math.max(most, begun.length - ended.length);
        // Earlier ones take longer.
        for (let i = begun.length; i < 100; i += 1) await Promise.resolve();
        ended.push(`${conversation} ${body}`);
        return tokens.map(() => 'sent');
      },
    };
    expect(await push(platformOf(counting), WORKER_RUN)).toBe(24);
    expect(most).toBe(5);
    for (const { id } of friends) {
      const ofOne = ended.filter((each) => each.startsWith(`user-${id} `));
      expect(ofOne).toEqual(['一', '二', '三'].map((text) => `user-${id} ${text}`));
    }
  });

  it('to many phones are as many requests as the provider needs', async ({ app, li, run, platformOf }) => {
    const friends = await Promise.all(Array.from({ length: 5 }, () => person(app)));
    const group = await groupOf(li, ...friends);
    await run();
    await app.executor.write([
      {
        sql: `INSERT INTO push_devices (user_id, device, token, updated_at)
          SELECT user_id, 1, 'phone-' || user_id, 0 FROM group_members WHERE user_id <> ? ON CONFLICT DO NOTHING`,
        params: [li.id],
        kind: 'change',
      },
    ]);
    sent = [];
    const params = { msgId: 'g', fromType: 2, destId: group, messageType: 2, content: '开水来了' };
    expect((await li.call('/im/send', params)).code).toBe('1');
    app.clock.advance(10_000);
    const by2 = { ...recording('jpush'), perRequest: 2 };
    expect(await push(platformOf(by2))).toBe(5);
    expect(sent.map(({ tokens }) => tokens.length)).toEqual([2, 2, 1]);
  });
});
