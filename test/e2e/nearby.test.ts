import { describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

/** A place of its own for each test and run, so that a server that lives on has nobody there. */
function somewhere() {
  const [one = 0, other = 0] = crypto.getRandomValues(new Uint32Array(2));
  return { latitude: 60 + (one % 20_000) / 1000, longitude: (other % 180_000) / 1000 };
}

/** A distance as it is told: in steps of 500 m. */
const inSteps = expect.stringMatching(/^(500|[1-9]\d*(000|500))$/);

describe('/geo/updateGeo and /geo/findNearby', () => {
  test('show people to one another, the nearest first, without their coordinates', async () => {
    const { latitude, longitude } = somewhere();
    const [li, wang, zhao] = [await newPerson('李雷'), await newPerson('王梅'), await newPerson('赵')];
    await wang.call('/geo/updateGeo', { lat: latitude + 0.2, lon: longitude });
    await zhao.call('/geo/updateGeo', { lat: latitude + 0.1, lon: longitude });
    const { code, data } = await li.call('/geo/findNearby', { latitude, longitude });
    expect(code).toBe('1');
    expect(data.list).toMatchObject([
      { id: String(zhao.id), distance: inSteps, latitude: '', longitude: '' },
      { id: String(wang.id), distance: inSteps, latitude: '', longitude: '' },
    ]);
    expect(Math.abs(data.list[1].distance - data.list[0].distance - 11_120)).toBeLessThanOrEqual(2500);
    // What a phone says without a fix leaves everybody where they were; nobody flies in a second.
    for (const nowhere of [
      { latitude: 0, longitude: 0 },
      { latitude: -33, longitude: 151 },
    ]) {
      expect((await li.call('/geo/findNearby', nowhere)).data.list).toEqual(data.list);
    }
    await li.call('/chat/setBlock', { blockId: zhao.id });
    expect((await li.call('/geo/findNearby', { latitude, longitude })).data.totalCount).toBe('1');
    expectRefusal(await li.call('/geo/findNearby', { latitude: 91, longitude }), -1);
  });
});

/** Somebody who shook and waits. Whoever shakes anywhere at that moment may be his partner: then another tries. */
async function aloneIn(place: ReturnType<typeof somewhere>): Promise<Person> {
  for (let tries = 0; tries < 10; tries += 1) {
    const who = await newPerson('李雷');
    const reply = await who.call('/geo/findRandom', place);
    if (reply.code === '1') continue;
    expectRefusal(reply, 0, '没有找到同一时刻的人');
    return who;
  }
  throw new Error('Ten people in a row met somebody else.');
}

describe('/geo/findRandom', () => {
  test('brings two together once; both keep a record, and greet one another', async () => {
    const place = somewhere();
    const wang = await newPerson('王梅');
    const li = await aloneIn(place);
    const second = await wang.call('/geo/findRandom', place);
    expect(second).toMatchObject({ code: '1', data: { distance: inSteps, user: { id: String(li.id) } } });
    expect((await li.call('/geo/findRandom', place)).data.user.id).toBe(String(wang.id));
    const { list } = (await li.call('/geo/getRockRecord')).data;
    expect(list).toMatchObject([{ userId: String(wang.id), nickName: '王梅' }]);
    expect(await wang.call('/geo/sendGreet', { destId: li.id })).toMatchObject({ code: '1' });
    const greetings = (await li.call('/geo/greetList')).data.list;
    expect(greetings).toMatchObject([{ userId: String(wang.id), msg: '向你打了一声招呼' }]);
    expect(await li.call('/geo/removeRockMessage', { id: greetings[0].gid })).toMatchObject({ code: '1' });
    expect(await li.call('/geo/removeRockRecord', { id: list[0].rockid })).toMatchObject({ code: '1' });
    expect((await li.call('/geo/getRockRecord')).data.totalCount).toBe('0');
    expect((await wang.call('/geo/getRockRecord')).data.totalCount).toBe('1');
  });
});
