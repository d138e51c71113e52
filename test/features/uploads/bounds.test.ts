import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Malformed, Reader } from '../../../src/features/uploads/formats/bytes.ts';
import { MAX_SCANS } from '../../../src/features/uploads/formats/jpeg.ts';
import { type Format, formats } from '../../../src/features/uploads/formats/sniff.ts';
import { Look } from '../../../src/features/uploads/formats/source.ts';
import {
  inTurns,
  STEPS_PER_TURN,
  STRIDE,
  TooManyParts,
} from '../../../src/features/uploads/formats/steps.ts';
import { element, heif, oggPage, oggVoice, sounds, wav, webm } from '../../support/media.ts';
import { box, picture, pngChunk, riff, riffChunk } from '../../support/pictures.ts';
import { sourceOf } from '../../support/steps.ts';

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

const u32 = (...values: number[]) =>
  Buffer.concat(values.map((value) => Buffer.from([value >>> 24, value >> 16, value >> 8, value])));
const hdlr = box('hdlr', '\0'.repeat(8), 'meta', Buffer.alloc(13));
const track = (...tables: Buffer[]) =>
  box('moov', box('trak', box('mdia', hdlr, box('minf', box('stbl', ...tables)))));
const entries = (count: number, entry: Buffer) => Buffer.alloc(count * entry.length, entry);
const MANY = Math.floor((LIMIT - 1000) / 4);

const movie = (brand: string) => {
  const ftyp = box('ftyp', brand, '\0\0\0\0', brand, 'isom');
  const stsc = box('stsc', u32(0, 1, 1, 1, 1));
  const moof = (trun: Buffer) => box('moof', box('traf', box('tfhd', u32(0, 9)), trun));
  return {
    'empty boxes': filled(ftyp, box('abcd')),
    'empty films': filled(ftyp, box('moov')),
    'empty pieces of a film': filled(ftyp, box('moof', box('traf'))),
    'boxes in a film': Buffer.concat([
      ftyp,
      box('moov', filled(Buffer.alloc(0), box('free')).subarray(0, -64)),
    ]),
    'chunks without samples': Buffer.concat([
      ftyp,
      track(stsc, box('stsz', u32(0, 1, 1)), box('stco', u32(0, MANY), entries(MANY, u32(5)))),
    ]),
    'samples without bytes': Buffer.concat([
      ftyp,
      track(
        box('stsc', u32(0, 1, 1, MANY, 1)),
        box('stsz', u32(0, 0, MANY), entries(MANY, u32(0))),
        box('stco', u32(0, 1, 5)),
      ),
    ]),
    'runs of chunks': Buffer.concat([
      ftyp,
      track(
        box('stsc', u32(0, MANY / 3), entries(Math.floor(MANY / 3), u32(1, 1, 1))),
        box('stsz', u32(0, 1, 1)),
        box('stco', u32(0, 1, 5)),
      ),
    ]),
    'samples of a fragment': Buffer.concat([
      ftyp,
      box('moov', box('mvhd', Buffer.alloc(100))),
      moof(box('trun', u32(0x200, MANY), entries(MANY, u32(0)))),
    ]),
    'descriptions of samples': Buffer.concat([
      ftyp,
      track(box('stsd', u32(0, 1), filled(Buffer.alloc(0), box('abcd')).subarray(0, -512))),
    ]),
    'places of a dashcam': Buffer.concat([
      ftyp,
      box('moov', box('gps ', u32(0, 1), entries(MANY / 2, u32(1, 1)))),
    ]),
  };
};

/** The first of a film's, for formats that the same code looks at. */
const sameMovie = (brand: string) => Object.fromEntries(Object.entries(movie(brand)).slice(0, 2));

const items = (brand: string) => {
  const ftyp = box('ftyp', brand, '\0\0\0\0', brand, 'mif1');
  const infe = box('infe', u32(0x02000000), u32(0x10000), 'Exif\0');
  const extents = Buffer.concat([u32(0), Buffer.from([0, 0, 0x7f, 0xff]), Buffer.alloc(1024 * 1024 - 64)]);
  const meta = (...boxes: Buffer[]) => Buffer.concat([ftyp, box('meta', u32(0), ...boxes)]);
  return {
    'empty boxes': filled(heif(brand, Buffer.from('pixels')), box('abcd')),
    items: meta(
      box('iloc', u32(0, 0)),
      box('iinf', u32(0, 0x10000), filled(Buffer.alloc(0), infe).subarray(0, -512)),
    ),
    places: meta(box('free', Buffer.alloc(9 * 1024 * 1024)), box('iloc', extents), box('iinf', u32(0, 0))),
    sizes: meta(
      box('iinf', u32(0, 0)),
      box('iloc', u32(0, 0)),
      box('iprp', box('ipco', filled(Buffer.alloc(0), box('ispe', u32(0, 1, 1))).subarray(0, -512))),
    ),
  };
};

const opus = oggVoice('OpusHead');
const recording = webm(true);
/** Where the first block of its first cluster begins, behind the cluster's time. */
const clusterStart = recording.indexOf(element(0xe7, Buffer.from([0]))) + 4;

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
  aac: { frames: filled(Buffer.alloc(0), sounds.aac.subarray(0, 16)) },
  wav: {
    'empty chunks': filled(wav(Buffer.alloc(8)), Buffer.concat([Buffer.from('abcd'), u32(0)])),
  },
  ogg: {
    'empty pages': filled(opus, oggPage(7, 5, [])),
    'empty voices': filled(Buffer.alloc(0), opus.subarray(0, opus.indexOf('OggS', 4))),
    'empty comments': filled(opus.subarray(0, opus.indexOf('OggS', 4)), oggPage(7, 1, [])),
  },
  webm: {
    'empty blocks': filled(recording.subarray(0, clusterStart), Buffer.from([0xa3, 0x80])),
    'empty groups': filled(recording.subarray(0, clusterStart), Buffer.from([0xa0, 0x80])),
    'empty elements': filled(recording.subarray(0, clusterStart), Buffer.from([0xec, 0x80])),
    'empty clusters': filled(recording, element(0x1f43b675, '')),
  },
  avif: items('avif'),
  heic: items('heic'),
  m4a: sameMovie('M4A '),
  mp4: movie('mp42'),
  mov: sameMovie('qt  '),
  '3gp': sameMovie('3gp5'),
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

/** Cleans the file: how many turns others had meanwhile, and the most reads between two of them. */
async function work(format: Format, bytes: Buffer): Promise<{ turns: number; most: number }> {
  let [turns, most, before] = [0, 0, 0];
  const turn = async () => {
    turns += 1;
    most = Math.max(most, reads - before);
    before = reads;
  };
  try {
    if (format.kind === 'picture') await inTurns(format.clean(bytes), turn);
    else await format.plan(new Look(sourceOf(bytes), format.fine, turn));
  } catch (error) {
    if (!(error instanceof TooManyParts || error instanceof Malformed)) throw error;
  }
  await turn();
  return { turns, most };
}

test('every format that is taken has files of its smallest parts here', () => {
  expect(Object.keys(smallest).sort()).toEqual(formats.map(({ extension }) => extension).sort());
});

describe.each(formats.map((format) => [format.extension, format] as const))('%s', (extension, format) => {
  test.each(Object.entries(smallest[extension] ?? {}))(
    'of %s: few reads, and turns between',
    async (_, bytes) => {
      expect(bytes.length).toBeGreaterThan(LIMIT - 10_000);
      expect(bytes.length).toBeLessThanOrEqual(LIMIT + 1000);
      const { turns, most } = await work(format, bytes);
      // A step of a GIF walks over 1024 sub-blocks with one read each; all other steps make a few.
      expect(most).toBeLessThanOrEqual(STEPS_PER_TURN * 1100);
      expect(reads).toBeLessThanOrEqual(MOST_PARTS * 8);
      expect(turns).toBeLessThanOrEqual(MOST_PARTS / STEPS_PER_TURN + (8 * LIMIT) / STRIDE);
    },
  );
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
