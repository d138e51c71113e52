import { describe, expect } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';
import { PICTURES } from '../../src/http/params.ts';
import { ownPictures } from '../../src/http/pictures.ts';
import { person, testApp } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';
import { groupOf } from '../support/groups.ts';
import { PRODUCTION } from '../support/production-settings.ts';

const test = sharedAppTest({
  env: { ...PRODUCTION, PICTURE_HOSTS: 'cdn.example.com,*.pics.example.org' },
}).extend('groupId', { scope: 'file' }, async ({ app, li }) => groupOf(li, await person(app, 'wang')));

const KEY = '1512615105030_op0JRv151261510226917a.jpg';
const FOREIGN = [
  ...[
    '//evil.example/x.png',
    'http://169.254.169.254/',
    'https://evil.example/x.png',
    'HTTPS://evil.example',
  ],
  ...[
    'https://im.example.com@evil.example/x',
    'https://evil.example\\@im.example.com/',
    '/\\evil.example/x.png',
  ],
  ...[
    'https://im.example.com.evil.example/x',
    `https://evil.example/upload/${KEY}?track=1`,
    'https://pics.example.org/',
  ],
  ...[
    'https://im.example.com:8443/x.png',
    'https://evil.example/upload/x.png',
    'https://im.example.com/a,//evil.example/b',
  ],
];
const OWN = [
  ['', ''],
  [`/upload/${KEY}`, `/upload/${KEY}`],
  [`https://im.example.com/upload/${KEY}`, `https://im.example.com/upload/${KEY}`],
  ['https://im.example.com/static/head.png', 'https://im.example.com/static/head.png'],
  [`http://old.example.net:8787/wmsMobile/upload/small_${KEY}`, `https://im.example.com/upload/small_${KEY}`],
  ['https://cdn.example.com/x.png', 'https://cdn.example.com/x.png'],
  ['https://a.pics.example.org/x.png', 'https://a.pics.example.org/x.png'],
] as const;

test.for(OWN)('in production %j is taken', ([text, stored], { app }) => {
  expect(ownPictures(text, app.platform)).toBe(stored);
});

describe('in production pictures on foreign hosts are refused', () => {
  const it = test.extend(
    'calls',
    ({ groupId }) =>
      (url: string) =>
        [
          ['/chat/updateHead', { headUrl: url }, 'headUrl'],
          ['/chat/setGroupHeader', { groupId, url }, 'url'],
          ['/feed/changeBackImage', { imgUrl: url }, 'imgUrl'],
          ['/feed/addFeed', { images: `/a.jpg,${url}`, text: 'a', priv: 0 }, 'images'],
          ['/feed/addFeed', { video: url, text: 'a', priv: 0 }, 'video'],
          [
            '/feed/addFeed',
            { video: JSON.stringify({ url }).replaceAll('/', '\\/'), text: 'a', priv: 0 },
            'video',
          ],
        ] as const,
  );
  it.for(FOREIGN)('%j', async (url, { li, calls }) => {
    for (const [path, params, field] of calls(url)) {
      expect(await li.call(path, params), `${path} ${field}`).toMatchObject({ code: '-1', data: { field } });
    }
  });

  it('while those of an address that the server had before are stored under its own', async ({ li }) => {
    const old = `https://old.example.net/upload/${KEY}`;
    await li.call('/chat/updateHead', { headUrl: old });
    const { myInfo } = (await li.call('/chat/ready')).data;
    expect(myInfo.headUrl).toBe(`https://im.example.com/upload/${KEY}`);
    const moment = (await li.call('/feed/addFeed', { images: `${old},/upload/${KEY}`, priv: 0 })).data;
    expect(JSON.stringify(moment)).not.toContain('old.example.net');
  });
});

test('every parameter that takes addresses only is checked, but for what its owner alone is shown, and a name that is no address', () => {
  const others = ['/favorite/addFavorite fromHeadUrl', '/im/send msgId'];
  const unchecked = endpoints.flatMap(({ path, params }) =>
    Object.entries(params).flatMap(([name, codec]) => {
      const takesAddresses =
        codec.safeParse('https://evil.example/x.png').success && !codec.safeParse('some words').success;
      return takesAddresses && codec.meta()?.['format'] !== PICTURES ? [`${path} ${name}`] : [];
    }),
  );
  expect(unchecked).toEqual(others);
});

test('a sandbox takes the document’s samples, and no address without a scheme', async () => {
  const sandbox = await testApp();
  const somebody = await person(sandbox);
  const head = (headUrl: string) => somebody.call('/chat/updateHead', { headUrl });
  expect((await head('http://www.example.com/a.png')).code).toBe('1');
  expect((await head('//evil.example/a.png')).code).toBe('-1');
  await sandbox.close();
});
