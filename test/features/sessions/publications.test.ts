import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { LOGIN_EVENT } from '../../../db/schema/login-events.ts';
import type { Person, TestApp } from '../../support/app.ts';
import { file, form, MULTIPART } from '../../support/forms.ts';
import { groupTest } from '../../support/group-test.ts';
import { picture } from '../../support/pictures.ts';

const test = groupTest();

interface Place {
  readonly app: TestApp;
  readonly owner: Person;
  readonly guest: Person;
  readonly group: number;
}
type Publish = (place: Place) => Promise<string>;

const moment: Publish = async ({ owner }) =>
  (await owner.call('/feed/addFeed', { text: 'tea', priv: 0 })).code;
const feedOf = async ({ app, owner }: Place) =>
  Number((await app.sql('SELECT max(id) FROM moments WHERE author_id = ?', owner.id))[0]?.[0]);

/** How each kind is published, and how it is refused. */
const PUBLICATIONS: Readonly<Record<string, { readonly publish: Publish; readonly refused: Publish }>> = {
  moment: {
    publish: moment,
    refused: async ({ owner }) => (await owner.call('/feed/addFeed', { text: '', priv: 0 })).code,
  },
  comment: {
    publish: async (place) => {
      await moment(place);
      return (await place.owner.call('/feed/addFeedComment', { feedId: await feedOf(place), text: 'x' }))
        .code;
    },
    refused: async ({ owner }) => (await owner.call('/feed/addFeedComment', { feedId: 999, text: 'x' })).code,
  },
  note: {
    publish: async ({ owner, group }) =>
      (await owner.call('/chat/createGroupNote', { groupId: group, title: 'a', content: 'b' })).code,
    refused: async ({ guest, group }) =>
      (await guest.call('/chat/createGroupNote', { groupId: group, title: 'a', content: 'b' })).code,
  },
  report: {
    publish: async ({ owner, guest }) =>
      (await owner.call('/chat/report', { destId: guest.id, destType: 0, msg: 'x' })).code,
    refused: async ({ owner }) =>
      (await owner.call('/chat/report', { destId: 999, destType: 0, msg: 'x' })).code,
  },
  upload: {
    publish: async ({ app, owner }) => upload(app, owner, await picture('jpeg', 4, 4)),
    refused: async ({ app, owner }) => upload(app, owner, Buffer.from('no picture')),
  },
};

async function upload(app: TestApp, { token }: Person, bytes: Uint8Array): Promise<string> {
  const response = await app.fetch(
    new Request('http://teahouse.test/chat/uploadImage', {
      method: 'POST',
      headers: { 'content-type': MULTIPART, authorization: `Bearer ${token}` },
      body: form(file(bytes)),
    }),
  );
  return ((await response.json()) as { code: string }).code;
}

test('every kind of publication has its test here', () => {
  const kinds = Object.entries(LOGIN_EVENT).filter(([, number]) => number >= LOGIN_EVENT.moment);
  expect(Object.keys(PUBLICATIONS)).toEqual(kinds.map(([name]) => name));
});

test.for(Object.entries(PUBLICATIONS))(
  'a %s leaves the address of its call, and one that was refused leaves none',
  async ([name, { publish, refused }], { app, owner, guest, group }) => {
    const place = { app, owner, guest, group };
    const what = Object.entries(LOGIN_EVENT).find(([kind]) => kind === name)?.[1] ?? 0;
    const rows = () =>
      app.sql(
        'SELECT e.user_id, e.address, e.port > 0, s.user_id FROM login_events AS e JOIN sessions AS s ON s.id = e.session_id WHERE e.what = ?',
        what,
      );
    expect(await refused(place)).not.toBe('1');
    expect(await rows()).toEqual([]);
    expect(await publish(place)).toBe('1');
    expect(await rows()).toEqual([[owner.id, '127.0.0.1', 1, owner.id]]);
  },
);

test('a person who publishes without end is noted up to 2,000 times within a day, and no more', async ({
  app,
  owner,
  guest,
  group,
}) => {
  await app.executor.write([
    {
      sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
        INSERT INTO login_events (at, user_id, session_id, what, result, subject, device, uuid, address, port)
        SELECT ?, ?, 1, 11, 0, '', 0, '', '127.0.0.1', 0 FROM n`,
      params: [app.clock.now(), owner.id],
      kind: 'change',
    },
  ]);
  for (let i = 0; i < 3; i += 1) expect(await moment({ app, owner, guest, group })).toBe('1');
  expect(
    await app.sql('SELECT count(*) > 1999, count(*) < 2002 FROM login_events WHERE user_id = ?', owner.id),
  ).toEqual([[1, 1]]);
});
