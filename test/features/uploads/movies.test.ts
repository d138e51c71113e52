import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../../src/features/uploads/formats/bytes.ts';
import { cleanGif as gifSteps } from '../../../src/features/uploads/formats/gif.ts';
import { planMovie } from '../../../src/features/uploads/formats/movie.ts';
import { cleanPng as pngSteps } from '../../../src/features/uploads/formats/png.ts';
import { cleanWebp as webpSteps } from '../../../src/features/uploads/formats/webp.ts';
import {
  box,
  chattyGif,
  movingWebp,
  phoneMovie,
  picture,
  pngChunk,
  SECRETS,
} from '../../support/pictures.ts';
import { atOnce, planned } from '../../support/steps.ts';

const cleanGif = (bytes: Uint8Array) => atOnce(gifSteps(bytes));
const cleanPng = (bytes: Uint8Array) => atOnce(pngSteps(bytes));
const cleanWebp = (bytes: Uint8Array) => atOnce(webpSteps(bytes));

const [WIDTH, HEIGHT] = [64, 48];
const png = await picture('png', WIDTH, HEIGHT);
const webp = await picture('webp', WIDTH, HEIGHT);

const cleanedMovie = (bytes: Uint8Array, chunk = 1000) => planned(planMovie, bytes, chunk);

describe('what moves keeps moving', () => {
  test('a GIF keeps its frames and repeats, and loses comments, XMP and texts', () => {
    const { bytes, animated } = cleanGif(chattyGif());
    const cleaned = Buffer.from(bytes);
    expect(animated).toBe(true);
    expect(cleaned.includes('NETSCAPE2.0')).toBe(true);
    for (const secret of [...SECRETS, 'XMP', 'script']) expect(cleaned.includes(secret)).toBe(false);
    expect([...cleaned].filter((byte) => byte === 0x2c)).toHaveLength(2);
    expect([...cleaned].filter((byte) => byte === 0xf9)).toHaveLength(2);
    expect(cleanGif(bytes).bytes).toEqual(bytes);
  });

  test('a GIF that breaks off in a block, or hides something between its blocks, is refused', () => {
    const { bytes } = cleanGif(chattyGif());
    const second = bytes.length - 1 - 15; // 8 bytes that control it lie before it
    const finished = [second - 9, second - 8, second - 1, second, bytes.length - 2, bytes.length - 1];
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      if (!finished.includes(length)) expect(() => cleanGif(cut), `${length} bytes`).toThrow(Malformed);
      else expect(cleanGif(cut).animated, `${length} bytes`).toBe(length >= bytes.length - 2);
    }
    expect(cleanGif(bytes.subarray(0, -2)).bytes).toEqual(bytes);
    const hidden = Buffer.concat([bytes.subarray(0, -1), Buffer.from('*/alert(1);')]);
    expect(() => cleanGif(hidden)).toThrow(Malformed);
  });

  test('a WebP keeps its frames, and what hides in them goes', () => {
    const { bytes, animated } = cleanWebp(movingWebp(webp, WIDTH, HEIGHT));
    const cleaned = Buffer.from(bytes);
    expect(animated).toBe(true);
    expect(cleaned.toString('latin1').split('ANMF')).toHaveLength(3);
    for (const secret of SECRETS) expect(cleaned.includes(secret)).toBe(false);
  });

  test('an APNG keeps its frames', () => {
    const frames = [
      pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
      pngChunk('fcTL', Buffer.alloc(26)),
    ];
    const moving = Buffer.concat([png.subarray(0, 33), ...frames, png.subarray(33)]);
    const { bytes, animated } = cleanPng(moving);
    expect(animated).toBe(true);
    expect(Buffer.from(bytes)).toEqual(moving);
  });
});

describe('a movie', () => {
  const samplesOfIt = Buffer.from('samples that must stay: udta meta uuid');
  const movie = phoneMovie('isom', samplesOfIt);

  test.each([1, 7, 64, 100_000])('loses places and titles, read %i bytes at a time', async (chunk) => {
    const cleaned = await cleanedMovie(movie, chunk);
    for (const secret of SECRETS.slice(0, 3)) expect(cleaned.includes(secret)).toBe(false);
    expect(cleaned.includes('XMP-secret')).toBe(false);
    expect(cleaned.includes('ISO6709')).toBe(false);
  });

  test('keeps its length, its samples, and where they are', async () => {
    const cleaned = await cleanedMovie(movie);
    expect(cleaned.length).toBe(movie.length);
    expect(cleaned.indexOf(samplesOfIt)).toBe(movie.indexOf(samplesOfIt));
    expect(await cleanedMovie(cleaned)).toEqual(cleaned);
  });

  test('with a long size, or samples up to the end of the file, goes through', async () => {
    const head = phoneMovie('isom', Buffer.alloc(0)).subarray(0, -8);
    const long = Buffer.from([0, 0, 0, 1, ...Buffer.from('mdat'), 0, 0, 0, 0, 0, 0, 0, 20, 1, 2, 3, 4]);
    expect((await cleanedMovie(Buffer.concat([head, long]), 5)).subarray(-20)).toEqual(long);
    const open = Buffer.from([0, 0, 0, 0, ...Buffer.from('mdat'), 1, 2, 3]);
    expect((await cleanedMovie(Buffer.concat([head, open]), 5)).subarray(-11)).toEqual(open);
  });

  test.each([
    ['breaks off in its samples', movie.subarray(0, -1)],
    ['breaks off in its tables', movie.subarray(0, 200)],
    ['has no tables', Buffer.concat([box('ftyp', 'isom', '\0\0\0\0'), box('mdat', 'x')])],
    ['begins with something else', Buffer.concat([box('free'), movie])],
    [
      'has a box larger than its container',
      Buffer.concat([box('ftyp', 'isom'), box('moov', '\0\0\0\xffmvhd')]),
    ],
    ['has a box smaller than its header', Buffer.concat([movie, Buffer.from('\0\0\0\x04free')])],
    ['begins a second time', Buffer.concat([movie, movie.subarray(0, 24)])],
    ['has a page behind it', Buffer.concat([movie, Buffer.from('<html><script>alert(1)</script>')])],
  ])('that %s is refused', async (_, bytes) => {
    await expect(cleanedMovie(bytes)).rejects.toThrow(Malformed);
  });

  test('is refused or cleaned, never anything else, however it is bent', async () => {
    const edits = fc.array(fc.tuple(fc.nat(movie.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 300 }), async (changes, chunk) => {
        const bent = Buffer.from(movie);
        for (const [at, value] of changes) bent[at] = value;
        try {
          expect((await cleanedMovie(bent, chunk)).length).toBeLessThanOrEqual(bent.length);
        } catch (error) {
          if (!(error instanceof Malformed)) throw error;
        }
      }),
      { numRuns: 800 },
    );
  });
});
