import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../../src/features/uploads/formats/bytes.ts';
import { planHeif, planMovie } from '../../../src/features/uploads/formats/movie.ts';
import { planOgg } from '../../../src/features/uploads/formats/ogg.ts';
import { TooManyPixels } from '../../../src/features/uploads/formats/picture.ts';
import { type Format, formats, sniff } from '../../../src/features/uploads/formats/sniff.ts';
import { Look } from '../../../src/features/uploads/formats/source.ts';
import { TooManyParts } from '../../../src/features/uploads/formats/steps.ts';
import { planTagged } from '../../../src/features/uploads/formats/tags.ts';
import { planWav } from '../../../src/features/uploads/formats/wav.ts';
import { planWebm } from '../../../src/features/uploads/formats/webm.ts';
import {
  type Base,
  film,
  fragmentedFilm,
  heif,
  oggChecksum,
  oggVoice,
  PLACE,
  PLACES,
  places,
  sounds,
  type Tables,
  tagged,
  video,
  wav,
  webm,
} from '../../support/media.ts';
import { box, phoneMovie } from '../../support/pictures.ts';
import { planned, sourceOf } from '../../support/steps.ts';

function expectNoPlace(bytes: Buffer): void {
  for (const place of PLACES) expect(bytes.includes(place), place).toBe(false);
}

const shown = video('the first picture', 'the second picture');

describe('a film carries no place out', () => {
  test.each([
    ['meta', 'gpmd'],
    ['meta', 'mebx'],
    ['meta', 'rtmd'],
    ['meta', 'djmd'],
    ['camm', 'camm'],
    ['priv', 'priv'],
    ['text', 'text'],
    ['sbtl', 'tx3g'],
    ['nobody knows', 'what'],
    ['vide', 'gpmd'],
  ])('in a track of handler %s and samples %s', async (handler, entry) => {
    const tracks = [shown, places(handler.slice(0, 4), entry)];
    for (const order of ['first', 'last'] as const) {
      const whole = film(tracks, order);
      const cleaned = await planned(planMovie, whole);
      expectNoPlace(cleaned);
      expect(cleaned.length).toBe(whole.length);
      for (const sample of shown.samples) expect(cleaned.indexOf(sample)).toBe(whole.indexOf(sample));
      expect(await planned(planMovie, cleaned)).toEqual(cleaned);
    }
  });

  test.each<Tables>([
    { offsets: 'co64' },
    { oneChunk: true },
    { sizes: 'stz2' },
    { sizes: 'same' },
    { sizes: 'same', oneChunk: true, offsets: 'co64' },
  ])('however its tables are written: %o', async (tables) => {
    const cleaned = await planned(planMovie, film([places('meta', 'gpmd'), shown], 'last', tables), 7);
    expectNoPlace(cleaned);
    for (const sample of shown.samples) expect(cleaned.includes(sample)).toBe(true);
  });

  test.each<Base>(['moof', 'file', 'none'])('in fragments whose base is %s', async (base) => {
    const whole = fragmentedFilm([shown, places('meta', 'gpmd'), video('a third one', 'a fourth')], base);
    const cleaned = await planned(planMovie, whole);
    expectNoPlace(cleaned);
    for (const text of ['the first picture', 'the second picture', 'a third one', 'a fourth']) {
      expect(cleaned.indexOf(text)).toBe(whole.indexOf(text));
    }
    expect(await planned(planMovie, cleaned)).toEqual(cleaned);
  });

  test('in the table of a dashcam', async () => {
    const ftyp = box('ftyp', 'mp42', '\0\0\0\0');
    const table = Buffer.alloc(16);
    table.writeUInt32BE(ftyp.length + 8, 8);
    table.writeUInt32BE(PLACE.length, 12);
    const whole = Buffer.concat([ftyp, box('mdat', PLACE), box('moov', box('gps ', table))]);
    expectNoPlace(await planned(planMovie, whole));
  });

  test('in its times, handlers and encoders, which tell when and by what it was made', async () => {
    const cleaned = await planned(planMovie, film([shown]));
    expect(cleaned.includes(Buffer.from([0x7f, 0xff, 0xff, 0xff]))).toBe(false);
    for (const text of ['appl', 'vend', 'encoder', 'handler']) expect(cleaned.includes(text)).toBe(false);
    expect(cleaned.includes('vide')).toBe(true);
  });
});

describe('a film as cameras write it', () => {
  test('with zeros behind its last box ends there', async () => {
    const whole = film([shown]);
    const cleaned = await planned(planMovie, Buffer.concat([whole, Buffer.alloc(100)]));
    expect(cleaned).toEqual(await planned(planMovie, whole));
  });

  test('without ftyp is QuickTime', async () => {
    const old = phoneMovie('qt  ', Buffer.alloc(9)).subarray(24);
    expect(sniff(old)?.contentType).toBe('video/quicktime');
    expect((await planned(planMovie, old)).length).toBe(old.length);
  });
});

describe('a voice in Ogg', () => {
  test.each(['OpusHead', '\x01vorbis', 'Speex   '] as const)('of %j loses its comments', async (codec) => {
    const whole = oggVoice(codec);
    expect(sniff(whole)?.extension).toBe('ogg');
    const cleaned = await planned(planOgg, whole, 13);
    expectNoPlace(cleaned);
    expect(cleaned.includes('AAAA')).toBe(false);
    expect(cleaned.length).toBe(whole.length);
    for (const text of ['setup that stays', 'first sound', 'last sound']) {
      expect(cleaned.indexOf(text)).toBe(whole.indexOf(text));
    }
    for (let at = cleaned.indexOf('OggS'); at >= 0; ) {
      const next = cleaned.indexOf('OggS', at + 1);
      const page = cleaned.subarray(at, next < 0 ? cleaned.length : next);
      expect(page.readUInt32LE(22)).toBe(oggChecksum(page));
      at = next;
    }
    expect(await planned(planOgg, cleaned)).toEqual(cleaned);
  });

  test('that breaks off ends with its last whole page', async () => {
    const whole = oggVoice('OpusHead');
    const cleaned = await planned(planOgg, whole.subarray(0, -3));
    expect(cleaned.includes('second sound')).toBe(true);
    expect(cleaned.includes('last sou')).toBe(false);
  });
});

describe('a WebM', () => {
  test.each([true, false])('loses titles, programs, tags and subtitles (recorded: %s)', async (open) => {
    const whole = webm(open);
    expect(sniff(whole)?.extension).toBe('webm');
    const cleaned = await planned(planWebm, whole, 11);
    expectNoPlace(cleaned);
    expect(cleaned.length).toBe(whole.length);
    for (const text of ['a picture', 'a sound', 'another picture']) {
      expect(cleaned.indexOf(text)).toBe(whole.indexOf(text));
    }
    expect(await planned(planWebm, cleaned)).toEqual(cleaned);
  });

  test('whose recording broke off ends with its last whole block', async () => {
    const cleaned = await planned(planWebm, webm(true).subarray(0, -4));
    expect(cleaned.toString('latin1').split('another picture')).toHaveLength(2);
  });
});

describe('a sound', () => {
  test.each(['mp3', 'aac'] as const)('of %s loses tags of every kind', async (kind) => {
    expect(await planned(planTagged, tagged(sounds[kind]))).toEqual(sounds[kind]);
    const { as } = await planTagged(new Look(sourceOf(tagged(sounds[kind])), 32));
    expect(as?.extension).toBe(kind);
    expect(sniff(sounds[kind])?.extension).toBe(kind);
  });

  test('that is a tag alone is broken', async () => {
    const [tag] = [tagged(Buffer.alloc(0))];
    await expect(planned(planTagged, tag)).rejects.toThrow(Malformed);
  });

  test('in WAV loses titles and places, also when its recorder never wrote its length', async () => {
    const sound = Buffer.from('a sound that stays');
    const whole = wav(sound);
    const cleaned = await planned(planWav, whole);
    expectNoPlace(cleaned);
    expect([cleaned.length, cleaned.indexOf(sound)]).toEqual([whole.length, whole.indexOf(sound)]);
    const open = Buffer.from(whole.subarray(0, whole.indexOf(sound) + sound.length));
    open.writeUInt32LE(0xffffffff, open.indexOf('data') + 4);
    expect((await planned(planWav, open)).includes(sound)).toBe(true);
  });
});

describe('a picture of items', () => {
  const content = Buffer.from('pixels that stay');

  test.each([
    ['avif', 'avif'],
    ['heic', 'heic'],
  ])('%s loses EXIF and XMP, and keeps its pixels and how it is turned', async (brand, extension) => {
    const whole = heif(brand, content);
    expect(sniff(whole)?.extension).toBe(extension);
    const cleaned = await planned(planHeif, whole);
    expectNoPlace(cleaned);
    expect(cleaned.includes('irot')).toBe(true);
    expect([cleaned.length, cleaned.indexOf(content)]).toEqual([whole.length, whole.indexOf(content)]);
    expect(await planned(planHeif, cleaned)).toEqual(cleaned);
  });

  test('of more than 50 megapixels is refused', async () => {
    await expect(planned(planHeif, heif('avif', content, 2_000_000))).rejects.toThrow(TooManyPixels);
  });
});

/** Of every format that is planned, what it looks like with places in it. */
const samples: Record<string, readonly Buffer[]> = {
  avif: [heif('avif', Buffer.from('pixels'))],
  heic: [heif('heic', Buffer.from('pixels'))],
  amr: [Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(64)])],
  awb: [Buffer.concat([Buffer.from('#!AMR-WB\n'), Buffer.alloc(64)])],
  mp3: [tagged(sounds.mp3), tagged(sounds.aac)],
  aac: [sounds.aac],
  wav: [wav(Buffer.alloc(40))],
  ogg: [oggVoice('OpusHead'), oggVoice('\x01vorbis')],
  m4a: [phoneMovie('M4A ', Buffer.alloc(30))],
  mp4: [
    film([shown, places('meta', 'gpmd')]),
    film([places('meta', 'gpmd'), shown], 'first', { sizes: 'stz2', offsets: 'co64' }),
    fragmentedFilm([shown, places('meta', 'camm')], 'none'),
  ],
  mov: [phoneMovie('qt  ', Buffer.alloc(30)).subarray(24)],
  '3gp': [phoneMovie('3gp5', Buffer.alloc(30))],
  webm: [webm(true), webm(false)],
};

const plannedFormats = formats.filter(
  (format): format is Exclude<Format, { kind: 'picture' }> => format.kind !== 'picture',
);

test('every format that is planned is bent here', () => {
  expect(Object.keys(samples).sort()).toEqual(plannedFormats.map(({ extension }) => extension).sort());
});

describe.each(plannedFormats.map((format) => [format.extension, format] as const))(
  '%s',
  (extension, format) => {
    test('is refused or cleaned, never anything else, however it is bent', async () => {
      const bent = fc
        .constantFrom(...(samples[extension] ?? []))
        .chain((whole) =>
          fc.tuple(
            fc.constant(whole),
            fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
            fc.nat(whole.length),
            fc.integer({ min: 1, max: 300 }),
          ),
        );
      await fc.assert(
        fc.asyncProperty(bent, async ([whole, changes, cut, chunk]) => {
          const bytes = Buffer.from(whole.subarray(0, cut % 4 === 0 ? cut : whole.length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            const cleaned = await planned(format.plan, bytes, chunk);
            expect(cleaned.length).toBeLessThanOrEqual(bytes.length);
            if (cleaned.length > 0) expect(await planned(format.plan, cleaned)).toEqual(cleaned);
          } catch (error) {
            const known = [Malformed, TooManyPixels, TooManyParts].some((kind) => error instanceof kind);
            if (!known) throw error;
          }
        }),
        { numRuns: 500 }, // a failure prints its seed
      );
    });
  },
);
