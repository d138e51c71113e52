import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { forgetMessages } from '../../../src/features/chat/forget.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { everyAdapter } from '../../support/adapters.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf } from '../../support/groups.ts';
import { recordedScans, recording } from '../../support/plans.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = everyAdapter(sqld).filter(({ name }) =>
  ['bun:sqlite in memory', 'sqld through @libsql/client'].includes(name),
);
afterAll(() => sqld?.stop());

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  let app: TestApp;
  afterEach(() => app?.close());

  // The last one: bun:sqlite takes a changing statement that was explained for one that still runs.
  test.skipIf(!adapter.available)(
    'no call about messages and greetings walks through a table, nor does their deletion',
    async () => {
      await adapter.reset();
      const record = recording(adapter.open());
      await migrate(record.executor, 0);
      app = await testApp({ executor: record.executor, env: { MESSAGES_KEPT_DAYS: '1' } });
      const [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
      await befriend(li, wang);
      const group = await groupOf(li, await person(app, 'zhao'));
      record.clear();
      let count = 0;
      const send = (from: Person, message: Params) =>
        from.call('/im/send', {
          msgId: `m${++count}`,
          fromType: 1,
          destId: wang.id,
          messageType: 2,
          content: 'x',
          ...message,
        });
      const sent: Params[] = [
        {},
        { fromType: 2, destId: group },
        { messageType: 32, content: 'm1' },
        { messageType: 33, content: '' },
        { messageType: 33, content: 'm2', fromType: 2, destId: group },
        { destId: app.platform.ids.next() },
      ];
      for (const message of sent) await send(li, message);
      await li.call('/im/history', { destType: 1, destId: wang.id });
      await li.call('/im/history', { destType: 2, destId: group });
      for (const position of [
        [li, 31.1],
        [wang, 31.1001],
      ] as const) {
        await position[0].call('/geo/updateGeo', { lon: 121.4, lat: position[1] });
        await position[0].call('/chat/findRandom', { lon: 121.4, lat: position[1] });
      }
      await li.call('/geo/sendGreet', { destId: wang.id, msg: 'x' });
      await wang.call('/geo/greetList');
      await wang.call('/geo/removeRockMessage', { id: 1 });
      await wang.call('/geo/removeRockMessage', { id: 0 });
      app.clock.advance(2 * 24 * 3600 * 1000);
      await forgetMessages(app.platform);
      const texts = [...record.reads, ...record.writes].flat().map(({ sql }) => sql);
      for (const table of ['messages', 'message_counts', 'greetings'])
        expect(texts.some((text) => text.includes(table))).toBe(true);
      expect(texts.filter((text) => text.startsWith('DELETE FROM "messages"'))).toHaveLength(1);
      expect(texts.filter((text) => text.startsWith('UPDATE "greetings"'))).toHaveLength(2);
      expect(await recordedScans(record, ['group_levels'])).toEqual([]);
    },
    60_000,
  );
});
