import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../../src/features/uploads/formats/bytes.ts';
import { readOrientation } from '../../../src/features/uploads/formats/exif.ts';
import { cleanGif as gifSteps } from '../../../src/features/uploads/formats/gif.ts';
import { cleanJpeg as jpegSteps } from '../../../src/features/uploads/formats/jpeg.ts';
import { type CleanPicture, TooManyPixels } from '../../../src/features/uploads/formats/picture.ts';
import { cleanPng as pngSteps } from '../../../src/features/uploads/formats/png.ts';
import { sniff } from '../../../src/features/uploads/formats/sniff.ts';
import { cleanWebp as webpSteps } from '../../../src/features/uploads/formats/webp.ts';
import {
  chattyGif,
  chattyPng,
  chattyWebp,
  exif,
  ICC,
  phoneJpeg,
  phoneMovie,
  picture,
  pixels,
  pngChunk,
  riff,
  riffChunk,
  SECRETS,
} from '../../support/pictures.ts';
import { atOnce } from '../../support/steps.ts';

const cleanGif = (bytes: Uint8Array) => atOnce(gifSteps(bytes));
const cleanJpeg = (bytes: Uint8Array) => atOnce(jpegSteps(bytes));
const cleanPng = (bytes: Uint8Array) => atOnce(pngSteps(bytes));
const cleanWebp = (bytes: Uint8Array) => atOnce(webpSteps(bytes));

const [WIDTH, HEIGHT] = [64, 48];
const jpeg = await picture('jpeg', WIDTH, HEIGHT);
const png = await picture('png', WIDTH, HEIGHT);
const webp = await picture('webp', WIDTH, HEIGHT);

interface Sample {
  readonly clean: (bytes: Uint8Array) => CleanPicture;
  readonly plain: Buffer;
  readonly chatty: Buffer;
  /** Bytes of the file from which on browsers show it. */
  readonly needed: (whole: Uint8Array) => number;
}

/** One byte into the scan: how much of it there should be, only decoding would tell. */
const scanStart = (whole: Uint8Array) => {
  const at = Buffer.from(whole).indexOf(Buffer.from([0xff, 0xda]));
  return at + 2 + Buffer.from(whole).readUInt16BE(at + 2) + 1;
};

const samples: Record<string, Sample> = {
  JPEG: { clean: cleanJpeg, plain: jpeg, chatty: phoneJpeg(jpeg, 1), needed: scanStart },
  PNG: { clean: cleanPng, plain: png, chatty: chattyPng(png), needed: ({ length }) => length - 12 },
  WebP: {
    clean: cleanWebp,
    plain: webp,
    chatty: chattyWebp(webp, WIDTH, HEIGHT),
    needed: ({ length }) => length,
  },
};

describe.each(Object.entries(samples))('a %s', (_, { clean, plain, chatty, needed }) => {
  test('loses places, makers, comments and what is behind its end', () => {
    for (const secret of SECRETS) expect(chatty.includes(secret)).toBe(true);
    const cleaned = Buffer.from(clean(chatty).bytes);
    for (const secret of [...SECRETS, 'Exif', 'script']) expect(cleaned.includes(secret)).toBe(false);
  });

  test('keeps its pixels and its colour profile', async () => {
    const cleaned = Buffer.from(clean(chatty).bytes);
    expect(cleaned.includes(ICC)).toBe(true);
    expect(await pixels(clean(plain).bytes)).toEqual(await pixels(plain));
  });

  test('does not change when it is cleaned again', () => {
    const once = clean(chatty).bytes;
    expect(clean(once).bytes).toEqual(once);
  });

  test('is refused when it breaks off before its picture is there', () => {
    const whole = clean(plain).bytes;
    for (let length = 0; length < needed(whole); length += 1 + (whole.length >> 9)) {
      expect(() => clean(whole.subarray(0, length)), `${length} bytes`).toThrow(Malformed);
    }
  });

  test('is finished when only its end is missing, as browsers show it', async () => {
    const whole = clean(plain).bytes;
    for (let length = needed(whole); length < whole.length; length++) {
      const finished = clean(whole.subarray(0, length)).bytes;
      expect(clean(finished).bytes).toEqual(finished);
      expect((await new Bun.Image(finished).metadata()).width).toBe(WIDTH);
    }
    expect(clean(plain.subarray(0, plain.length)).bytes).toEqual(whole);
  });

  test('is refused or cleaned, never anything else, however it is bent', () => {
    const edits = fc.array(fc.tuple(fc.nat(chatty.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(edits, fc.nat(chatty.length), (changes, cut) => {
        const bent = Buffer.from(chatty.subarray(0, cut % 4 === 0 ? cut : chatty.length));
        for (const [at, value] of changes) if (at < bent.length) bent[at] = value;
        try {
          const once = clean(bent).bytes;
          expect(clean(once).bytes).toEqual(once);
        } catch (error) {
          if (!(error instanceof Malformed || error instanceof TooManyPixels)) throw error;
        }
      }),
      { numRuns: 1500 }, // a failure prints its seed
    );
  });
});

describe('orientation', () => {
  test.each([2, 3, 6, 8])('%i survives in JPEG, PNG and WebP, alone', async (orientation) => {
    const turned = cleanJpeg(phoneJpeg(jpeg, orientation)).bytes;
    expect(await pixels(turned)).toEqual(await pixels(phoneJpeg(jpeg, orientation)));
    const at = Buffer.from(turned).indexOf('Exif\0\0');
    expect(readOrientation(turned.subarray(at + 6))).toBe(orientation);
    const inPng = Buffer.from(cleanPng(chattyPng(png, orientation)).bytes);
    expect(readOrientation(inPng.subarray(inPng.indexOf('eXIf') + 4))).toBe(orientation);
    const inWebp = Buffer.from(cleanWebp(chattyWebp(webp, WIDTH, HEIGHT, orientation)).bytes);
    expect(readOrientation(inWebp.subarray(inWebp.indexOf('EXIF') + 8))).toBe(orientation);
    for (const secret of SECRETS) {
      for (const file of [Buffer.from(turned), inPng, inWebp]) expect(file.includes(secret)).toBe(false);
    }
  });

  test('is upright when EXIF says nonsense', () => {
    expect(readOrientation(exif(9))).toBe(1);
    expect(readOrientation(Buffer.from('II*\0'))).toBe(1);
    expect(readOrientation(Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1'))).toBe(1);
    expect(readOrientation(Buffer.from('XX'))).toBe(1);
  });
});

test('a cleaned picture can be had without its orientation', () => {
  const turned = {
    jpeg: [jpegSteps, phoneJpeg(jpeg, 6), phoneJpeg(jpeg, 1)],
    png: [pngSteps, chattyPng(png, 6), chattyPng(png, 1)],
    webp: [webpSteps, chattyWebp(webp, WIDTH, HEIGHT, 6), chattyWebp(webp, WIDTH, HEIGHT, 1)],
  } as const;
  for (const [clean, on, off] of Object.values(turned)) {
    const plain = atOnce(clean(on, 'left out'));
    expect([plain.orientation, plain.bytes]).toEqual([6, atOnce(clean(off)).bytes]);
  }
});

describe('colours that a smaller copy would lose', () => {
  const numbers = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
    return bytes;
  };
  const srgb = numbers(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000);
  const p3 = numbers(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000);
  const chunks = {
    gamma: pngChunk('gAMA', numbers(45455)),
    dark: pngChunk('gAMA', numbers(100000)),
    srgb: pngChunk('cHRM', srgb),
    wide: pngChunk('cHRM', p3),
    named: pngChunk('sRGB', Buffer.from([0])),
    hdr: pngChunk('cICP', Buffer.from([9, 16, 0, 1])),
    plain: pngChunk('cICP', Buffer.from([1, 13, 0, 1])),
  };
  test.each<[(keyof typeof chunks)[], boolean]>([
    [[], true],
    [['gamma', 'srgb'], true],
    [['dark'], false],
    [['wide'], false],
    [['named', 'dark', 'wide'], true],
    [['hdr'], false],
    [['plain', 'dark'], true],
  ])('%j: plain is %s', (names, isPlain) => {
    const whole = Buffer.concat([
      png.subarray(0, 33),
      ...names.map((name) => chunks[name]),
      png.subarray(33),
    ]);
    expect(cleanPng(whole).hasPlainColours).toBe(isPlain);
  });
});

describe('pictures as browsers show them, though no standard wants them so', () => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  const jpegDimensions = { width: WIDTH, height: HEIGHT, format: 'jpeg' };

  test('a GIF whose screen has no size gets that of its first frame', () => {
    const zero = Buffer.from(gif);
    zero.fill(0, 6, 10);
    expect(Buffer.from(cleanGif(zero).bytes)).toEqual(gif);
  });

  test('a GIF with zeros between its blocks and before its end loses them', () => {
    const frame = gif.subarray(19, -1);
    const filled = Buffer.concat([
      gif.subarray(0, 19),
      Buffer.alloc(3),
      frame,
      Buffer.alloc(9),
      Buffer.of(0x3b),
    ]);
    expect(Buffer.from(cleanGif(filled).bytes)).toEqual(gif);
    expect(Buffer.from(cleanGif(Buffer.concat([gif.subarray(0, -1), Buffer.alloc(5)])).bytes)).toEqual(gif);
  });

  test('a JPEG with bytes that stray between its segments loses them', async () => {
    const at = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    for (const stray of [
      Buffer.from('stray'),
      Buffer.alloc(7),
      Buffer.from([0xff, 0]),
      Buffer.from([0xff, 0xd0, 1]),
    ]) {
      const bent = Buffer.concat([jpeg.subarray(0, at), stray, jpeg.subarray(at)]);
      expect(cleanJpeg(bent).bytes).toEqual(cleanJpeg(jpeg).bytes);
    }
    expect(await new Bun.Image(cleanJpeg(jpeg).bytes).metadata()).toEqual(jpegDimensions);
  });

  test('a JPEG may end with half of its end', () => {
    expect(cleanJpeg(jpeg.subarray(0, -2)).bytes).toEqual(cleanJpeg(jpeg).bytes);
    const half = cleanJpeg(jpeg.subarray(0, -1)).bytes;
    expect([...half.subarray(-2)]).toEqual([0xff, 0xd9]);
  });

  test('a WebP may say that it is longer than it is', () => {
    const long = Buffer.from(webp);
    long.writeUInt32LE(webp.readUInt32LE(4) + 8, 4);
    expect(cleanWebp(long).bytes).toEqual(cleanWebp(webp).bytes);
  });

  test('a PNG loses what surrounds its picture and has a wrong checksum, and needs no end', () => {
    const wrong = pngChunk('gAMA', Buffer.from([0, 0, 0, 1]));
    wrong.writeUInt8((wrong[11] ?? 0) ^ 1, 11);
    const bent = Buffer.concat([png.subarray(0, 33), wrong, png.subarray(33, -12)]);
    expect(cleanPng(bent).bytes).toEqual(cleanPng(png).bytes);
    expect(cleanPng(png.subarray(0, -5)).bytes).toEqual(cleanPng(png).bytes);
  });
});

describe('bombs and traps', () => {
  test('a picture of more than 50 megapixels is refused by its header', () => {
    const header = Buffer.from(png.subarray(16, 29));
    header.writeUInt32BE(30_000, 0);
    header.writeUInt32BE(30_000, 4);
    const bomb = Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)]);
    expect(() => cleanPng(bomb)).toThrow(TooManyPixels);
    const tall = Buffer.from(jpeg);
    const frame = tall.indexOf(Buffer.from([0xff, 0xc0]));
    tall.writeUInt16BE(65_000, frame + 5);
    tall.writeUInt16BE(65_000, frame + 7);
    expect(() => cleanJpeg(tall)).toThrow(TooManyPixels);
    const canvas = Buffer.alloc(10, 255);
    expect(() => cleanWebp(riff(riffChunk('VP8X', canvas), webp.subarray(12)))).toThrow(TooManyPixels);
    const gif = Buffer.from(chattyGif());
    gif.writeUInt32LE(0xffffffff, 6);
    expect(() => cleanGif(gif)).toThrow(TooManyPixels);
  });

  test('a PNG whose checksum is wrong, or which needs an unknown chunk, is refused', () => {
    const wrong = Buffer.from(png);
    wrong.writeUInt8((wrong[24] ?? 0) ^ 1, 24);
    expect(() => cleanPng(wrong)).toThrow(Malformed);
    const unknown = Buffer.concat([png.subarray(0, 33), pngChunk('CgBI', Buffer.alloc(4)), png.subarray(33)]);
    expect(() => cleanPng(unknown)).toThrow(Malformed);
  });
});

describe('what a file is, its bytes say', () => {
  const padded = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(64)]);

  test.each([
    ['jpg', jpeg],
    ['png', png],
    ['webp', webp],
    ['gif', chattyGif()],
    ['amr', padded('#!AMR\n')],
    ['awb', padded('#!AMR-WB\n')],
    ['mp3', padded('ID3\x03\0\0\0\0\x0f\x7f')],
    ['mp3', padded('\xff\xfb\x90\x64')],
    ['m4a', phoneMovie('M4A ', Buffer.alloc(0))],
    ['mp4', phoneMovie('mp42', Buffer.alloc(0))],
    ['mov', phoneMovie('qt  ', Buffer.alloc(0))],
    ['3gp', phoneMovie('3gp5', Buffer.alloc(0))],
    ['mov', phoneMovie('qt  ', Buffer.alloc(8)).subarray(24)],
    ['aac', padded('\xff\xf1\x50\x80\x01\x1f\xfc\0'.repeat(2))],
    ['wav', padded('RIFF\x24\0\0\0WAVEfmt ')],
    ['ogg', padded(`OggS\0\x02${'\0'.repeat(20)}\x01\x13OpusHead`)],
    ['webm', padded('\x1aE\xdf\xa3\x9f\x42\x82\x84webm')],
    ['avif', padded('\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf')],
    ['avif', padded('\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf')],
    ['heic', padded('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ])('%s', (extension, bytes) => {
    expect(sniff(bytes)?.extension).toBe(extension);
  });

  test.each([
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['SVG with a declaration', '<?xml version="1.0"?><svg onload="alert(1)"/>'],
    ['JavaScript', 'alert(document.cookie); // a script'],
    ['PHP', '<?php system($_GET["c"]); ?>          '],
    ['a shell script', '#!/bin/sh\necho a shell script'],
    ['an ELF program', '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0'],
    ['a Windows program', 'MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0'],
    ['PDF', '%PDF-1.7 and what follows it'],
    ['ZIP', 'PK\x03\x04\x14\0\0\0\x08\0 and what follows'],
    ['BMP', 'BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'],
    ['TIFF', 'II*\0\x08\0\0\0 and what follows it'],
    ['FLAC', 'fLaC\0\0\0\x22 and what follows'],
    ['Matroska', '\x1aE\xdf\xa3\x93\x42\x82\x88matroska and what follows'],
    ['a letter about boxes', 'The wide moov and the mdat of it all'],
    ['a script that begins like MP3', 'ID3<script>alert(1)</script>'],
    ['an MPEG frame that cannot be', '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'],
    ['nothing', ''],
    ['a single byte', '\xff'],
  ])('%s is none of them', (_, text) => {
    expect(sniff(Buffer.from(text, 'latin1'))).toBeUndefined();
  });
});
