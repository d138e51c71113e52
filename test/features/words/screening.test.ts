import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createScreening } from '../../../src/features/words/screening.ts';
import { dbOver } from '../../../src/platform/database/db.ts';
import { type Person, person, type TestApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { operate, operatedApp } from '../../support/operate.ts';

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
  await befriend(li, wang);
  const given = { word: '赌博', action: 'refuse', scope: 'all' };
  expect((await operate(app, 'moderator', 'words.add', given)).body).toMatchObject({ done: true });
});
afterEach(() => app.close());

const LOOKED_FOR = [{ scope: 'message', text: '赌博' }] as const;

describe('a word in a message', () => {
  test.each([
    ['behind a slash, in JSON', 35, '{"atIds":"","content":"/赌博加微信123"}'],
    ['behind a slash', 1000, '/赌博加微信'],
    ['in what begins as an address', 35, '{"content":"http://赌博加微信123"}'],
    ['in escapes of what is no strict JSON', 35, '{"content":"\\u8d4c\\u535a",}'],
  ])('is found %s', async (_, messageType, content) => {
    const message = { msgId: 'm1', fromType: 1, destId: wang.id, messageType, content };
    expect((await li.call('/im/send', message)).data.reason).toBe('WORD_REFUSED');
  });

  test('is not looked for in an address alone', async () => {
    const content = '{"url":"https://example.com/upload/1_a.jpg","height":"1"}';
    const message = { msgId: 'm1', fromType: 1, destId: wang.id, messageType: 1000, content };
    expect((await li.call('/im/send', message)).code).toBe('1');
  });
});

describe('while the first list is not there', () => {
  test('everybody who comes waits for it', async () => {
    let isOpen = () => {};
    const opened = new Promise<void>((open) => {
      isOpen = open;
    });
    const { read, write } = app.platform.db;
    const screening = createScreening(true);
    const ports = {
      ...app.platform,
      db: dbOver(
        async (all) => {
          await opened;
          return (await read({ all })).all;
        },
        async (all) => (await write({ all })).all,
      ),
    };
    const looks = [screening.screen(ports, LOOKED_FOR), screening.screen(ports, LOOKED_FOR)];
    isOpen();
    for (const look of looks) expect((await look)?.refused).toBe(0);
  });

  test('a load that fails lets nothing through', async () => {
    const { read, write } = app.platform.db;
    let reads = 0;
    const failing = dbOver(
      async (all) => {
        reads += 1;
        if (reads === 2) throw new Error('away');
        return (await read({ all })).all;
      },
      async (all) => (await write({ all })).all,
    );
    const screening = createScreening(true);
    const ports = { ...app.platform, db: failing };
    await expect(screening.screen(ports, LOOKED_FOR)).rejects.toThrow('away');
    expect((await screening.screen(ports, LOOKED_FOR))?.refused).toBe(0);
  });
});
