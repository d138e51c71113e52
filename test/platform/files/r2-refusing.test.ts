import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { r2Files } from '../../../src/platform/files/r2.ts';
import { appTest } from '../../support/app-test.ts';
import { bodyOf, file, form, MULTIPART } from '../../support/forms.ts';
import { phoneMovie, picture } from '../../support/pictures.ts';

const MiB = 1024 * 1024;
let refusesAt = '';
let calls: string[] = [];

/** A bucket that refuses one kind of call; what it takes it forgets. */
async function called(name: string) {
  calls.push(name);
  if (name === refusesAt) throw new Error(`${name}: internal error (10001)`);
}
const object = { size: 1, httpEtag: '"1"' };
const upload = {
  uploadPart: async (number: number) => {
    await called(`part ${number}`);
    return { partNumber: number, etag: 'e' };
  },
  complete: async () => called('complete').then(() => object),
  abort: () => called('abort'),
};
const fake = {
  put: () => called('put').then(() => object),
  head: async () => null,
  delete: () => called('delete'),
  createMultipartUpload: () => called('create').then(() => upload),
};
// As much of a bucket as an upload asks of it.
const bucket = fake as unknown as R2Bucket;

const test = appTest({ platform: { files: r2Files(bucket) } }).extend(
  'send',
  ({ app, li }) =>
    async (bytes: Uint8Array) => {
      const response = await app.fetch(
        new Request('http://teahouse.test/chat/uploadImage', {
          method: 'POST',
          headers: { 'content-type': MULTIPART, authorization: `Bearer ${li.token}` },
          body: bodyOf(form(file(bytes))),
        }),
      );
      const text = await response.text();
      return { status: response.status, code: JSON.parse(text).code, text };
    },
);
test.beforeEach(() => {
  calls = [];
  refusesAt = '';
});

test('a picture that R2 refuses is an upload that failed, without a word of why, and the next one succeeds', async ({
  send,
}) => {
  const bytes = await picture('jpeg', 20, 20);
  refusesAt = 'put';
  const { status, code, text } = await send(bytes);
  expect([status, code]).toEqual([500, '-1']);
  expect(text).not.toContain('10001');
  refusesAt = '';
  expect(await send(bytes)).toMatchObject({ status: 200, code: '1' });
});

test.for(['part 1', 'part 2', 'complete'])(
  'a movie that R2 refuses at %s leaves no parts behind',
  async (at, { send }) => {
    refusesAt = at;
    expect(await send(phoneMovie('mp42', Buffer.alloc(6 * MiB, 7)))).toMatchObject({
      status: 500,
      code: '-1',
    });
    expect(calls.at(-1)).toBe('abort');
    expect(calls).not.toContain('put');
  },
);
