import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskFiles } from '../../../src/platform/files/disk.ts';
import type { Files } from '../../../src/platform/files/files.ts';
import { memoryFiles } from '../../support/files.ts';
import { filesInWorkerd } from '../../support/files-client.ts';

const MiB = 1024 * 1024;
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);

/** The bytes in chunks of `chunk`; fails before the end when told so. */
function streamOf(bytes: Uint8Array, chunk: number, failure?: Error): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        if (failure) controller.error(failure);
        else controller.close();
        return;
      }
      controller.enqueue(bytes.slice(at, at + chunk));
      at += chunk;
    },
  });
}

const read = async (body: ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(body).arrayBuffer());

async function keysOf(files: Files): Promise<string[]> {
  const keys: string[] = [];
  for (let page = await files.list(); ; page = await files.list(page.next)) {
    keys.push(...page.keys);
    if (page.next === undefined) return keys;
  }
}

interface Home {
  files: Files;
  stop(): Promise<unknown>;
}

const homes: Record<string, () => Promise<Home>> = {
  'the memory of tests': async () => ({ files: memoryFiles(), stop: async () => {} }),
  disk: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'teahouse-files-'));
    return { files: diskFiles(folder), stop: () => rm(folder, { recursive: true }) };
  },
  R2: filesInWorkerd,
};

describe.each(Object.entries(homes))('files in %s', (_, start) => {
  let home: Home;
  let files: Files;
  beforeAll(async () => {
    home = await start();
    files = home.files;
  }, 30_000);
  afterAll(() => home.stop());

  test('give back what was put, with its type, size and a strong ETag', async () => {
    const { sha256, ...put } = await files.put('whole.bin', pattern(3000), 'image/png');
    expect(put).toMatchObject({ contentType: 'image/png', size: 3000, isTracked: true });
    expect(sha256).toBe(createHash('sha256').update(pattern(3000)).digest('hex'));
    expect(put.etag).toMatch(/^"[^"]+"$/);
    expect(await files.head('whole.bin')).toEqual(put);
    const got = await files.get('whole.bin');
    expect(got).toMatchObject(put);
    expect(await read(got?.body ?? new ReadableStream())).toEqual(pattern(3000));
  });

  test.each([0, 1, 5 * MiB, 5 * MiB + 1, 10 * MiB + 7])(
    'store a stream of unknown length whole: %i bytes',
    async (size) => {
      const bytes = pattern(size);
      const { sha256, ...put } = await files.put(`stream-${size}`, streamOf(bytes, 700_001), 'video/mp4');
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(put).toMatchObject({ contentType: 'video/mp4', size });
      const got = await files.get(`stream-${size}`);
      expect(got).toMatchObject(put);
      const back = await read(got?.body ?? new ReadableStream());
      expect(Buffer.compare(back, bytes)).toBe(0);
    },
    30_000,
  );

  test.each([
    [0, 0],
    [10, 19],
    [0, 2999],
    [2999, 2999],
  ])('serve the bytes %i to %i alone', async (start, end) => {
    await files.put('part.bin', pattern(3000), 'audio/mpeg');
    const got = await files.get('part.bin', { start, end });
    expect(got?.size).toBe(3000);
    expect(await read(got?.body ?? new ReadableStream())).toEqual(pattern(3000).slice(start, end + 1));
  });

  test.each([
    [3000, 3000],
    [0, 3000],
    [5, 4],
    [-1, 4],
  ])('refuse the range %i to %i of 3000 bytes', async (start, end) => {
    await files.put('short.bin', pattern(3000), 'audio/mpeg');
    await expect(files.get('short.bin', { start, end })).rejects.toThrow();
  });

  test.each([100, 6 * MiB])('store nothing when the stream fails after %i bytes', async (size) => {
    const failing = streamOf(pattern(size), 60_000, new Error('the client went away'));
    await expect(files.put('broken', failing, 'video/mp4')).rejects.toThrow('the client went away');
    expect(await files.head('broken')).toBeUndefined();
    expect(await files.get('broken')).toBeUndefined();
  });

  test('different bytes have different ETags, the same bytes the same', async () => {
    const [one, two, three] = await Promise.all(
      [pattern(10), pattern(11), pattern(10)].map((bytes, i) => files.put(`tag-${i}`, bytes, 'image/gif')),
    );
    expect(one?.etag).not.toBe(two?.etag);
    expect(one?.etag).toBe(three?.etag);
  });

  test('delete what there is, and do not mind what there is not', async () => {
    await files.put('gone', pattern(10), 'image/gif');
    await files.delete('gone');
    await files.delete('gone');
    expect(await files.head('gone')).toBeUndefined();
    expect(await files.get('gone')).toBeUndefined();
  });

  test('hide what there is until it is shown again, bytes and all', async () => {
    const { sha256: _, ...put } = await files.put('shy', pattern(3000), 'image/gif');
    await files.hide('shy');
    await files.hide('shy');
    expect(await files.head('shy')).toBeUndefined();
    expect(await files.get('shy')).toBeUndefined();
    expect(await keysOf(files)).not.toContain('shy');
    await files.show('shy');
    await files.show('shy');
    const got = await files.get('shy');
    expect(got).toMatchObject(put);
    expect(await read(got?.body ?? new ReadableStream())).toEqual(pattern(3000));
    expect(await keysOf(files)).toContain('shy');
  });

  test('delete what is hidden, and do not mind to hide or show what there is not', async () => {
    await files.put('lost', pattern(10), 'image/gif');
    await files.hide('lost');
    await files.delete('lost');
    await files.show('lost');
    await files.hide('lost');
    expect(await files.head('lost')).toBeUndefined();
  });

  test('list every file once, over several pages', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `listed-${i}.jpg`);
    await Promise.all(names.map((name) => files.put(name, pattern(3), 'image/jpeg')));
    const listed = await keysOf(files);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((key) => key.startsWith('listed-')).sort()).toEqual(names.sort());
  });

  test.each(['', '.', '..', '../up', 'a/b', 'a\\b', '.hidden', 'a..b', 'nul\0', '%2e%2e', 'x'.repeat(201)])(
    'refuse the key %j in every call',
    async (key) => {
      await expect(files.put(key, pattern(1), 'image/gif')).rejects.toThrow(RangeError);
      await expect(files.head(key)).rejects.toThrow(RangeError);
      await expect(files.get(key)).rejects.toThrow(RangeError);
      await expect(files.hide(key)).rejects.toThrow(RangeError);
      await expect(files.show(key)).rejects.toThrow(RangeError);
      await expect(files.delete(key)).rejects.toThrow(RangeError);
    },
  );
});

describe('files on disk', () => {
  test('know how much more fits, where R2 has no such end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'teahouse-files-'));
    expect(await diskFiles(join(folder, 'not-yet')).free()).toBeGreaterThan(0);
    await rm(folder, { recursive: true });
  });

  test('list a folder that holds more than a page, from its first file to its last', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'teahouse-files-'));
    const files = diskFiles(folder);
    // The descriptions alone: what is listed is what is described.
    const names = Array.from({ length: 450 }, (_, i) => `${i}`.padStart(4, '0'));
    await mkdir(join(folder, '07'), { recursive: true });
    for (const name of names) await writeFile(join(folder, '07', `.${name}.json`), '{}');
    await writeFile(join(folder, '07', '.1-1.tmp'), '');
    expect((await keysOf(files)).sort()).toEqual(names);
    await rm(folder, { recursive: true });
  });

  test('know a description of an older version by what it does not say', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'teahouse-files-'));
    const files = diskFiles(folder);
    const { sha256: _, ...meta } = await files.put('old.gif', pattern(10), 'image/gif');
    const [name = ''] = (await readdir(folder, { recursive: true })).filter((each) => each.endsWith('.json'));
    const { isTracked: __, ...older } = meta;
    await writeFile(join(folder, name), JSON.stringify(older));
    expect(await files.head('old.gif')).toEqual({ ...meta, isTracked: false });
    await rm(folder, { recursive: true });
  });

  test('leave no temporary file behind, whether a write ends well or not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'teahouse-files-'));
    const files = diskFiles(folder);
    await files.put('good', pattern(10), 'image/gif');
    await files.put('bad', streamOf(pattern(10), 4, new Error('cut')), 'image/gif').catch(() => {});
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes('/'));
    expect(names.map((name) => name.slice(3)).sort()).toEqual(['.good.json', 'good']);
    await rm(folder, { recursive: true });
  });

  test('close their handle when a reader goes away in the middle', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'teahouse-files-'));
    const files = diskFiles(folder);
    await files.put('long', pattern(MiB), 'video/mp4');
    // Those of this folder: tests beside this one have handles of their own.
    const open = async () => {
      const all = await readdir('/proc/self/fd');
      const targets = await Promise.all(all.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return targets.filter((target) => target.startsWith(folder)).length;
    };
    for (let i = 0; i < 20; i++) {
      const reader = (await files.get('long'))?.body.getReader();
      await reader?.read();
      await reader?.cancel();
    }
    // Cancelling has been asked for; the handle is closed in the pool of threads.
    await expect.poll(open).toBe(0);
    await rm(folder, { recursive: true });
  });
});
