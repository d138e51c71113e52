import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UserId } from '../../src/ids.ts';
import { cameOnline, PRESENCE_LIFE_MS, sweepPresences, wentOffline } from '../../src/realtime/presence.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await testApp();
  li = await person(app, 'li');
  wang = await person(app, 'wang');
  await befriend(li, wang);
});
afterEach(() => app.close());

const idOf = (who: Person) => who.id as UserId; // of a person that the test made
const come = (who: Person, home = 'home') =>
  app.platform.db.write(...cameOnline(app.platform, idOf(who), home));
const go = (who: Person, home = 'home') =>
  app.platform.db.write(...wentOffline(app.platform, idOf(who), home));
/** Events 5 and 6 of a person: type and who came or went. */
const seen = async (who: Person) =>
  (await who.events()).filter(({ type }) => type === 5 || type === 6).map(({ type, from }) => [type, from]);

describe('friends hear who comes and goes', () => {
  test('though others have blocked each other', async () => {
    const [zhao, qian] = [await person(app, 'zhao'), await person(app, 'qian')];
    await zhao.call('/chat/setBlock', { blockId: qian.id });
    await come(wang);
    await come(li);
    await go(li);
    expect(await seen(wang)).toEqual([
      [5, li.id],
      [6, li.id],
    ]);
  });

  test('though others have blocked each other, of who was lost, too', async () => {
    const [zhao, qian] = [await person(app, 'zhao'), await person(app, 'qian')];
    await zhao.call('/chat/setBlock', { blockId: qian.id });
    await come(li);
    app.clock.advance(1000);
    await come(wang);
    app.clock.advance(PRESENCE_LIFE_MS - 1000);
    expect(await sweepPresences(app.platform)).toBe(1);
    expect(await seen(wang)).toEqual([[6, li.id]]);
  });

  test.each([
    ['the one', () => li.call('/chat/setBlock', { blockId: wang.id })],
    ['the other', () => wang.call('/chat/setBlock', { blockId: li.id })],
  ])('but not where %s has blocked his friend', async (_, block) => {
    await block();
    await come(wang);
    await come(li);
    await go(li);
    await come(li);
    app.clock.advance(1000);
    await come(wang);
    app.clock.advance(PRESENCE_LIFE_MS - 1000);
    expect(await sweepPresences(app.platform)).toBe(1);
    expect(await seen(wang)).toEqual([]);
  });
});
