import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Thumbnails } from '../../../src/platform/files/files.ts';
import { bunThumbnails } from '../../../src/platform/files/thumbnails.bun.ts';
import { thumbnailsInWorkerd } from '../../support/files-client.ts';
import { chattyPng, chattyWebp, ICC, phoneJpeg, picture, pngChunk, SECRETS } from '../../support/pictures.ts';
import { decoded, halfTransparent } from '../../support/pixels.ts';
import { shrinkable } from '../../support/shrinkable.ts';

let workerd: Awaited<ReturnType<typeof thumbnailsInWorkerd>>;
beforeAll(async () => {
  workerd = await thumbnailsInWorkerd();
});
afterAll(() => workerd.stop());

const homes: [string, () => Thumbnails][] = [
  ['Bun', bunThumbnails],
  ['the Images binding', () => workerd.thumbnails],
];

describe.each(homes)('smaller copies by %s', (home, make) => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'a wide %s becomes 400 pixels wide, in its format',
    async (format) => {
      const small = await make().shrink(await shrinkable(await picture(format, 1000, 500)), 400);
      expect(small?.contentType).toBe(`image/${format}`);
      const facts = await new Bun.Image(small?.bytes ?? Buffer.alloc(0)).metadata();
      expect(facts).toEqual({ width: 400, height: 200, format });
    },
  );

  test('a picture that lies on its side stands upright, and its metadata is gone', async () => {
    const turned = phoneJpeg(await picture('jpeg', 1000, 500), 6);
    const small = await make().shrink(await shrinkable(turned), 400);
    const bytes = Buffer.from(small?.bytes ?? []);
    expect(await new Bun.Image(bytes).metadata()).toEqual({ width: 400, height: 800, format: 'jpeg' });
    for (const secret of SECRETS) expect(bytes.includes(secret)).toBe(false);
  });

  const [WIDTH, HEIGHT] = [200, 150];
  const turnedPicture = {
    jpeg: async (orientation: number) => phoneJpeg(await picture('jpeg', WIDTH, HEIGHT), orientation),
    png: async (orientation: number) => chattyPng(await picture('png', WIDTH, HEIGHT), orientation),
    webp: async (orientation: number) =>
      chattyWebp(await picture('webp', WIDTH, HEIGHT), WIDTH, HEIGHT, orientation),
  };
  /** Where the stored picture's left upper corner is shown, which is blue. */
  const corners = ['left top', 'right top', 'right bottom', 'left bottom'];
  const isMirrored = (orientation: number) => [2, 4, 5, 7].includes(orientation);

  describe.each(['jpeg', 'png', 'webp'] as const)('a %s', (format) => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8])('turned by %i stands upright', async (orientation) => {
      const small = await make().shrink(await shrinkable(await turnedPicture[format](orientation)), 60);
      if (home !== 'Bun' && format !== 'jpeg' && isMirrored(orientation)) {
        expect(small).toBeUndefined(); // it goes out whole
        return;
      }
      const { width, height, at } = await decoded(small?.bytes ?? Buffer.alloc(0));
      expect([width, height]).toEqual(orientation > 4 ? [60, 80] : [60, 45]);
      const places = { left: 3, right: width - 4, top: 3, bottom: height - 4 } as const;
      const isBlue = (name: string) => {
        const [x, y] = name.split(' ') as ['left' | 'right', 'top' | 'bottom'];
        const [red, green, blue] = at(places[x], places[y]);
        return blue > 150 && red < 100 && green < 100;
      };
      expect(corners.filter(isBlue)).toEqual([corners[(orientation - 1) % 4]]);
    });
  });

  test.each(['alpha', 'grey and alpha', 'palette', 'one colour'] as const)(
    'a PNG stays as transparent as it is (%s)',
    async (kind) => {
      const small = await make().shrink(await shrinkable(halfTransparent(kind, 200, 100)), 40);
      const { at } = await decoded(small?.bytes ?? Buffer.alloc(0));
      expect([at(5, 10)[3], at(35, 10)]).toEqual([0, [255, 255, 255, 255]]);
    },
  );

  test('a WebP stays as transparent as it is', async () => {
    const webp = await new Bun.Image(halfTransparent('alpha', 200, 100)).webp({ lossless: true }).bytes();
    const small = await make().shrink(await shrinkable(webp), 40);
    const { at } = await decoded(small?.bytes ?? Buffer.alloc(0));
    expect([at(5, 10)[3], at(35, 10)[3]]).toEqual([0, 255]);
  });

  test('a narrow picture is not made wider', async () => {
    const small = await make().shrink(await shrinkable(await picture('jpeg', 100, 900)), 400);
    const facts = await new Bun.Image(small?.bytes ?? Buffer.alloc(0)).metadata();
    expect(facts).toMatchObject({ width: 100, height: 900 });
  });

  test('what is no picture gives none', async () => {
    expect(
      await make().shrink(await shrinkable(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 400),
    ).toBeUndefined();
    expect(await make().shrink(await shrinkable(Buffer.alloc(0)), 400)).toBeUndefined();
  });

  test('a picture that claims more than 50 megapixels is not decoded', async () => {
    const png = await picture('png', 8, 8);
    const header = Buffer.from(png.subarray(16, 29));
    header.writeUInt32BE(20_000, 0);
    header.writeUInt32BE(20_000, 4);
    const bomb = Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)]);
    expect(await make().shrink(await shrinkable(bomb), 400)).toBeUndefined();
  });

  test('many at once all get theirs', async () => {
    const thumbnails = make();
    const one = await picture('jpeg', 800, 600);
    const all = await Promise.all(
      Array.from({ length: 7 }, async (_, i) => thumbnails.shrink(await shrinkable(one, i % 3), 40)),
    );
    expect(all.map((small) => small?.contentType)).toEqual(Array(7).fill('image/jpeg'));
  });
});

test('a colour profile comes along on Bun; Cloudflare applies it', async () => {
  for (const turned of [
    phoneJpeg(await picture('jpeg', 90, 60), 6),
    chattyWebp(await picture('webp', 90, 60), 90, 60),
  ]) {
    const small = await bunThumbnails().shrink(await shrinkable(turned), 30);
    expect(Buffer.from(small?.bytes ?? []).includes(ICC)).toBe(true);
  }
  const small = await bunThumbnails().shrink(await shrinkable(chattyPng(await picture('png', 90, 60))), 30);
  expect(Buffer.from(small?.bytes ?? []).includes('iCCP')).toBe(true);
});

test('without the Images binding there is no smaller copy', async () => {
  expect(await workerd.without.shrink(await shrinkable(await picture('jpeg', 800, 600)), 40)).toBeUndefined();
});
