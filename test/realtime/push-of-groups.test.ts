import { expect } from 'vitest';
import { SERVER_RUN } from '../../src/core/in-slices.ts';
import type { PushProvider } from '../../src/platform/push/push.ts';
import { sendPushes } from '../../src/realtime/push/send.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { addStrangers, groupOf } from '../support/groups.ts';

const provider: PushProvider = { perRequest: 1000, send: async (_, tokens) => tokens.map(() => 'sent') };
const test = appTest({ platform: { push: new Map([['jpush', provider]]) } });

test('a hundred messages to a small group are looked through in a few steps, those to a large one a few at a time', async ({
  app,
  li,
  wang,
  zhao,
}) => {
  const group = await groupOf(li, wang, zhao);
  const say = (count: number) =>
    app.executor.write([
      change(
        `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          SELECT ?, 2, '', 9, 2, ?, '', ? FROM n`,
        count,
        -group,
        group,
        app.clock.now(),
      ),
    ]);
  /** How many are left after a run of few calls. */
  const look = async () => {
    app.clock.advance(10_000);
    await sendPushes(app.platform, { ...SERVER_RUN, trips: 15 });
    const [left] = await app.sql(
      'SELECT count(*) FROM inbox WHERE seq > (SELECT seq FROM push_progress WHERE id = 1)',
    );
    return Number(left?.[0]);
  };
  await sendPushes(app.platform);
  await say(100);
  expect(await look()).toBe(0);
  await addStrangers(app, group, 200);
  await say(20);
  expect(await look()).toBeGreaterThan(0);
});
