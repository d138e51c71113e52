import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Malformed, Reader } from '../../src/features/uploads/formats/bytes.ts';
import { MAX_SCANS } from '../../src/features/uploads/formats/jpeg.ts';
import { type Format, formats } from '../../src/features/uploads/formats/sniff.ts';
import { inTurns, STEPS_PER_TURN, STRIDE, TooManyParts } from '../../src/features/uploads/formats/steps.ts';
import { box, picture, pngChunk, riff, riffChunk } from '../support/pictures.ts';

const LIMIT = 10 * 1024 * 1024;
/** Parts that a file of the limit may have, finest ones: see `Parts`. */
const MOST_PARTS = 4096 + LIMIT / 32;

/** `part` again and again, up to the limit. */
function filled(head: Buffer, part: Buffer, tail = Buffer.alloc(0)): Buffer {
  const room = LIMIT - head.length - tail.length;
  const count = Math.floor(room / part.length);
  return Buffer.concat([head, Buffer.alloc(count * part.length, part), tail]);
}

const jpeg = await picture('jpeg', 8, 8);
const png = await picture('png', 8, 8);
const webp = await picture('webp', 8, 8);
const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])), -2);
const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
const frame = gif.subarray(19, -1);
const header = (flags: number) => riffChunk('VP8X', Buffer.from([flags, 0, 0, 0, 7, 0, 0, 7, 0, 0]));
const soi = jpeg.subarray(0, 2);

/** A WebP whose size says that all of it is there. */
function whole(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

const movie = (brand: string) => {
  const ftyp = box('ftyp', brand, '\0\0\0\0', brand, 'isom');
  return {
    'empty boxes': filled(ftyp, box('abcd')),
    'empty films': filled(ftyp, box('moov')),
    'empty pieces of a film': filled(ftyp, box('moof', box('traf'))),
    'boxes in a film': Buffer.concat([
      ftyp,
      box('moov', filled(Buffer.alloc(0), box('free')).subarray(0, -64)),
    ]),
  };
};

/** Of every format: files of the smallest legal parts that it can be made of. */
const smallest: Record<string, Record<string, Buffer>> = {
  jpg: {
    'empty comments': filled(soi, Buffer.from([0xff, 0xfe, 0, 2]), jpeg.subarray(2)),
    'empty tables': filled(soi, Buffer.from([0xff, 0xdd, 0, 2]), jpeg.subarray(2)),
    'markers alone': filled(soi, Buffer.from([0xff, 0x01]), jpeg.subarray(2)),
    'filled up markers': filled(soi, Buffer.from([0xff]), jpeg.subarray(2)),
    scans: filled(jpeg.subarray(0, -2), scan),
    'zeros in a scan': filled(jpeg.subarray(0, -2), Buffer.from([0xff, 0])),
    'restarts in a scan': filled(jpeg.subarray(0, -2), Buffer.from([0xff, 0xd0])),
  },
  png: {
    'empty pixels': filled(png.subarray(0, 33), pngChunk('IDAT', Buffer.alloc(0)), png.subarray(33)),
    'empty texts': filled(png.subarray(0, 33), pngChunk('tEXt', Buffer.alloc(0)), png.subarray(33)),
    frames: filled(png.subarray(0, -12), pngChunk('fcTL', Buffer.alloc(0)), png.subarray(-12)),
  },
  gif: {
    frames: filled(gif.subarray(0, 19), frame),
    'sub-blocks': filled(gif.subarray(0, 30), Buffer.from([1, 7])),
    comments: filled(gif.subarray(0, 19), Buffer.from([0x21, 0xfe, 0]), frame),
    zeros: filled(gif.subarray(0, -1), Buffer.from([0])),
  },
  webp: {
    'empty transparency': whole(
      filled(riff(header(0x10)), riffChunk('ALPH', Buffer.alloc(0)), webp.subarray(12)),
    ),
    'unknown chunks': whole(filled(riff(header(0)), riffChunk('abcd', Buffer.alloc(0)), webp.subarray(12))),
    frames: whole(
      filled(riff(header(2)), riffChunk('ANMF', Buffer.concat([Buffer.alloc(16), webp.subarray(12)]))),
    ),
    'chunks of a frame': riff(
      header(2),
      riffChunk('ANMF', filled(Buffer.alloc(16), riffChunk('ALPH', Buffer.alloc(0))).subarray(0, -64)),
    ),
  },
  amr: { frames: filled(Buffer.from('#!AMR\n'), Buffer.from([0x7c])) },
  awb: { frames: filled(Buffer.from('#!AMR-WB\n'), Buffer.from([0x7c])) },
  mp3: {
    frames: filled(
      Buffer.alloc(0),
      Buffer.concat([Buffer.from([0xff, 0xfb, 0x14, 0x64]), Buffer.alloc(100)]),
    ),
    tags: filled(Buffer.alloc(0), Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1')),
  },
  m4a: movie('M4A '),
  mp4: movie('mp42'),
  mov: movie('qt  '),
  '3gp': movie('3gp5'),
};

/** Reads of files, counted instead of time. */
let reads = 0;
const counted = ['u8', 'u16', 'u24', 'u32', 'text', 'piece'] as const;
const plain = new Map(counted.map((name) => [name, Reader.prototype[name]] as const));
beforeEach(() => {
  reads = 0;
  for (const [name, read] of plain) {
    Object.defineProperty(Reader.prototype, name, {
      configurable: true,
      writable: true,
      value(this: Reader, ...args: unknown[]) {
        reads += 1;
        return Reflect.apply(read, this, args);
      },
    });
  }
});
afterEach(() => {
  for (const [name, value] of plain) {
    Object.defineProperty(Reader.prototype, name, { configurable: true, writable: true, value });
  }
});

async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += STRIDE) yield bytes.subarray(at, at + STRIDE);
}

/** Cleans the file: how many steps it took, and the most reads that one of them made. */
async function work(format: Format, bytes: Buffer): Promise<{ steps: number; most: number }> {
  let [steps, most, before] = [0, 0, 0];
  const step = () => {
    steps += 1;
    most = Math.max(most, reads - before);
    before = reads;
  };
  try {
    if (format.kind === 'picture') for (const _ of format.clean(bytes)) step();
    else for await (const _ of format.clean(inPieces(bytes))) step();
  } catch (error) {
    if (!(error instanceof TooManyParts || error instanceof Malformed)) throw error;
  }
  step();
  return { steps, most };
}

test('every format that is taken has files of its smallest parts here', () => {
  expect(Object.keys(smallest).sort()).toEqual(formats.map(({ extension }) => extension).sort());
});

describe.each(formats.map((format) => [format.extension, format] as const))('%s', (extension, format) => {
  test.each(Object.entries(smallest[extension] ?? {}))('of %s costs few reads a step', async (_, bytes) => {
    expect(bytes.length).toBeGreaterThan(LIMIT - 200);
    expect(bytes.length).toBeLessThanOrEqual(LIMIT + 200);
    const { steps, most } = await work(format, bytes);
    // 64 KiB of the finest parts, and never more of them than are allowed.
    expect(most).toBeLessThanOrEqual(40_000);
    expect(reads).toBeLessThanOrEqual(MOST_PARTS * 8);
    expect(steps).toBeLessThanOrEqual(MOST_PARTS + (8 * LIMIT) / STRIDE);
  });
});

test('others have their turn while a file is cleaned', async () => {
  let turns = 0;
  function* steps() {
    for (let i = 0; i < 10 * STEPS_PER_TURN; i++) yield;
    return 'done';
  }
  expect(await inTurns(steps(), async () => void turns++)).toBe('done');
  expect(turns).toBe(10);
});

test(`a JPEG may have ${MAX_SCANS} scans and no more`, async () => {
  const [format] = formats.filter(({ extension }) => extension === 'jpg');
  const of = (scans: number) =>
    Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(scans - 1).fill(scan), jpeg.subarray(-2)]);
  if (format?.kind !== 'picture') throw new Error('JPEG is a picture');
  expect(await inTurns(format.clean(of(MAX_SCANS)))).toMatchObject({ effort: 64 * MAX_SCANS });
  await expect(inTurns(format.clean(of(MAX_SCANS + 1)))).rejects.toThrow(TooManyParts);
});
