import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Thumbnails } from '../../src/platform/files.ts';
import { bunThumbnails } from '../../src/platform/thumbnails.bun.ts';
import { thumbnailsInWorkerd } from '../support/files-client.ts';
import { phoneJpeg, picture, pngChunk, SECRETS } from '../support/pictures.ts';

let workerd: Awaited<ReturnType<typeof thumbnailsInWorkerd>>;
beforeAll(async () => {
  workerd = await thumbnailsInWorkerd();
});
afterAll(() => workerd.stop());

const mine = (bytes: Uint8Array) => ({ bytes, owner: 1 });

const homes: [string, () => Thumbnails][] = [
  ['Bun', bunThumbnails],
  ['the Images binding', () => workerd.thumbnails],
];

describe.each(homes)('smaller copies by %s', (_, make) => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'a wide %s becomes 400 pixels wide, in its format',
    async (format) => {
      const small = await make().shrink(mine(await picture(format, 1000, 500)), 400);
      expect(small?.contentType).toBe(`image/${format}`);
      const facts = await new Bun.Image(small?.bytes ?? Buffer.alloc(0)).metadata();
      expect(facts).toEqual({ width: 400, height: 200, format });
    },
  );

  test('a picture that lies on its side stands upright, and its metadata is gone', async () => {
    const turned = phoneJpeg(await picture('jpeg', 1000, 500), 6);
    const small = await make().shrink(mine(turned), 400);
    const bytes = Buffer.from(small?.bytes ?? []);
    expect(await new Bun.Image(bytes).metadata()).toEqual({ width: 400, height: 800, format: 'jpeg' });
    for (const secret of SECRETS) expect(bytes.includes(secret)).toBe(false);
  });

  test('a narrow picture is not made wider', async () => {
    const small = await make().shrink(mine(await picture('jpeg', 100, 900)), 400);
    const facts = await new Bun.Image(small?.bytes ?? Buffer.alloc(0)).metadata();
    expect(facts).toMatchObject({ width: 100, height: 900 });
  });

  test('what is no picture gives none', async () => {
    expect(
      await make().shrink(mine(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 400),
    ).toBeUndefined();
    expect(await make().shrink(mine(Buffer.alloc(0)), 400)).toBeUndefined();
  });

  test('a picture that claims more than 50 megapixels is not decoded', async () => {
    const png = await picture('png', 8, 8);
    const header = Buffer.from(png.subarray(16, 29));
    header.writeUInt32BE(20_000, 0);
    header.writeUInt32BE(20_000, 4);
    const bomb = Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)]);
    expect(await make().shrink(mine(bomb), 400)).toBeUndefined();
  });

  test('many at once all get theirs', async () => {
    const thumbnails = make();
    const one = await picture('jpeg', 800, 600);
    const all = await Promise.all(Array.from({ length: 7 }, () => thumbnails.shrink(mine(one), 40)));
    expect(all.map((small) => small?.contentType)).toEqual(Array(7).fill('image/jpeg'));
  });
});

test('without the Images binding there is no smaller copy', async () => {
  expect(await workerd.without.shrink(mine(await picture('jpeg', 800, 600)), 40)).toBeUndefined();
});
