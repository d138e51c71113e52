import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exceeds, readJson } from '../../src/core/text/json.ts';
import { readEntries } from '../../src/features/contacts/entries.ts';
import { readGift } from '../../src/features/gifts/gift-text.ts';
import { type Person, person, rawRequest, type TestApp, testApp } from '../support/app.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const list = (length: number) => `[${Array(length).fill('1').join(',')}]`;

describe('JSON of strangers', () => {
  test('is read within its bounds, and beyond them is none', () => {
    expect(readJson('{"a":[1,{"b":"[[[,,,::"}]}')).toEqual({ a: [1, { b: '[[[,,,::' }] });
    expect(readJson(nested(16))).toBeDefined();
    expect(readJson(nested(17))).toBeUndefined();
    expect(readJson(list(100_000))).toHaveLength(100_000);
    expect(readJson(list(100_001))).toBeUndefined();
    expect(['', '{', '[1', 'x', '"', '"\\'].map((text) => readJson(text))).toEqual(Array(6).fill(undefined));
  });

  test('is bounded by what stands outside of strings', () => {
    expect(exceeds(`"${'['.repeat(100)}"`)).toBe(false);
    expect(exceeds(`"\\"${'['.repeat(100)}"`)).toBe(false);
    expect(exceeds(`"\\\\"${'['.repeat(100)}`)).toBe(true);
    expect(exceeds('{"a":1,"b":2}', { depth: 1, members: 4 })).toBe(false);
    expect(exceeds('{"a":1,"b":2}', { depth: 1, members: 3 })).toBe(true);
  });

  test('inside of a parameter is bounded in every layer', () => {
    const book = [{ phone: '15966769023', markName: 'a', header: '' }];
    const entry = { phone: '15966769023', name: 'a', headUrl: '' };
    let text = JSON.stringify(book);
    for (let layer = 0; layer < 3; layer += 1) {
      expect(readEntries(text), text).toEqual([entry]);
      text = JSON.stringify(text);
    }
    expect(readEntries(text)).toBeUndefined();
    const deep = `[{"phone":"1","x":${nested(100_000)}}]`;
    expect([deep, JSON.stringify(deep), JSON.stringify(JSON.stringify(deep))].map(readEntries)).toEqual(
      Array(3).fill(undefined),
    );
    const many = `[{"phone":"1","x":${list(100_001)}}]`;
    expect([many, JSON.stringify(many)].map(readEntries)).toEqual([undefined, undefined]);
  });

  test('an address book of 5,000 full entries is within them', () => {
    const entry = { phone: '15966769023', markName: '茶', header: '/h', a: 1, b: [1, 2], c: { d: 1 } };
    expect(readEntries(JSON.stringify(Array(5000).fill(entry)))).toHaveLength(5000);
  });

  test('of a gift that is beyond them is refused: others might find a price in it', () => {
    expect(readGift(`{"price":"9.00","x":${nested(50)}}`)).toBeUndefined();
    expect(readGift('{"price":"9.00","x":[[1]]}')?.price).toBe(900);
  });
});

describe('a call', () => {
  let app: TestApp;
  let li: Person;
  beforeAll(async () => {
    app = await testApp();
    li = await person(app, 'li');
  });
  afterAll(() => app.close());
  const answer = async (request: Request) => (await app.fetch(request)).json();
  const post = (body: string, type: string) => answer(rawRequest('/chat/getUserById', body, type, li.token));
  const FORM = 'application/x-www-form-urlencoded';
  const bad = (field: string) => ({ code: '-1', data: { field } });

  test('with too many pairs is refused, and names where', async () => {
    const pairs = (count: number) => `destId=${li.id}${'&a=1'.repeat(count - 1)}`;
    expect(await post(pairs(1000), FORM)).toMatchObject({ code: '1' });
    expect(await post(pairs(1001), FORM)).toMatchObject(bad('body'));
    expect(await post('&'.repeat(1024 * 1024), FORM)).toMatchObject(bad('body'));
    expect(await post(`%41${'&'.repeat(1024 * 1024 - 3)}`, FORM)).toMatchObject(bad('body'));
    const url = `http://teahouse.test/chat/getUserById?token=${li.token}&${pairs(1001)}`;
    expect(await answer(new Request(url))).toMatchObject(bad('query'));
  });

  test('with JSON of too many members is refused', async () => {
    const keys = Array.from({ length: 60_000 }, (_, i) => `"${i}":1`);
    const body = `{"destId":"${li.id}",${keys.join(',')}}`;
    expect(await post(body, 'application/json')).toMatchObject(bad('body'));
  });

  test('with too many parts is refused', async () => {
    const part = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const form = (parts: number) => `${part('destId', `${li.id}`)}${part('a', '').repeat(parts - 1)}--b--`;
    const type = 'multipart/form-data; boundary=b';
    expect(await post(form(40), type)).toMatchObject({ code: '1' });
    expect(await post(form(41), type)).toMatchObject({ code: '-1' });
    expect(await post('\r\n--b\r\n'.repeat(50_000), type)).toMatchObject({ code: '-1' });
    expect(await post(`--b\r\n${'a: b\r\n'.repeat(17)}\r\n\r\n--b--`, type)).toMatchObject(bad('body'));
    expect(await post(`--b\r\n${'a'.repeat(9000)}\r\n\r\n\r\n--b--`, type)).toMatchObject(bad('body'));
    const long = `multipart/form-data; boundary=${'b'.repeat(71)}`;
    expect(await post(`--${'b'.repeat(71)}--`, long)).toMatchObject(bad('body'));
  });
});
