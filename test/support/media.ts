import { Buffer } from 'node:buffer';
import { box } from './pictures.ts';

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * i);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);

/** What a camera writes into films and voices, and nobody should find in them later. */
export const PLACES = ['22.5431N', '114.0579E', 'PhoneMaker X9'];
export const PLACE = Buffer.from(PLACES.join(' '));

/** A track of a film: its handler, the kind of its samples, and the samples, one in each chunk. */
export interface TestTrack {
  readonly handler: string;
  readonly entry: string;
  readonly samples: readonly Buffer[];
}

export const video = (...samples: string[]): TestTrack => ({
  handler: 'vide',
  entry: 'avc1',
  samples: samples.map((text) => Buffer.from(text)),
});
export const places = (handler: string, entry: string, samples = [PLACE, PLACE]): TestTrack => ({
  handler,
  entry,
  samples,
});

const head = (id: number) => [
  box('tkhd', u32(0, 0x7fffffff, 0x7fffffff, id), Buffer.alloc(68)),
  box('udta', box('\xa9xyz', PLACE)),
];
const media = ({ handler, entry }: TestTrack, tables: Buffer[]) =>
  box(
    'mdia',
    box('mdhd', u32(0, 0x7fffffff, 0x7fffffff), Buffer.alloc(12)),
    box('hdlr', u32(0, 0), handler, 'appl', u32(0, 0), 'PhoneMaker X9 handler\0'),
    box(
      'minf',
      box(
        'stbl',
        box(
          'stsd',
          u32(0, 1),
          box(entry, Buffer.alloc(12), 'vend', Buffer.alloc(26), 'PhoneMaker X9 encoder'.padEnd(36, '\0')),
        ),
        ...tables,
      ),
    ),
  );

/** How a track's tables are written. */
export interface Tables {
  /** `stco` or `co64`. */
  readonly offsets?: 'stco' | 'co64';
  /** All samples of one chunk, which must then lie together. */
  readonly oneChunk?: boolean;
  readonly sizes?: 'stsz' | 'stz2' | 'same';
}

function tablesOf({ samples }: TestTrack, places: readonly number[], tables: Tables): Buffer[] {
  const lengths = samples.map(({ length }) => length);
  const chunks = tables.oneChunk ? places.slice(0, 1) : places;
  const sizes =
    tables.sizes === 'same'
      ? box('stsz', u32(0, lengths[0] ?? 0, lengths.length))
      : tables.sizes === 'stz2'
        ? box('stz2', u32(0, 16, lengths.length), ...lengths.map(u16))
        : box('stsz', u32(0, 0, lengths.length), u32(...lengths));
  return [
    box('stsc', u32(0, 1, 1, tables.oneChunk ? samples.length : 1, 1)),
    sizes,
    tables.offsets === 'co64'
      ? box('co64', u32(0, chunks.length), ...chunks.map(u64))
      : box('stco', u32(0, chunks.length), u32(...chunks)),
  ];
}

/** A film whose samples lie in one `mdat`, those of each track together, before its tables or behind them. */
export function film(
  tracks: readonly TestTrack[],
  order: 'first' | 'last' = 'last',
  tables: Tables = {},
): Buffer {
  const ftyp = box('ftyp', 'mp42', u32(0), 'mp42isom');
  const mdat = box('mdat', ...tracks.flatMap(({ samples }) => samples));
  const moov = (start: number) => {
    let at = start;
    const traks = tracks.map((track, i) => {
      const where = track.samples.map(({ length }) => {
        at += length;
        return at - length;
      });
      return box('trak', ...head(i + 1), media(track, tablesOf(track, where, tables)));
    });
    return box('moov', box('mvhd', u32(0, 0x7fffffff, 0x7fffffff), Buffer.alloc(88)), ...traks);
  };
  if (order === 'last') return Buffer.concat([ftyp, mdat, moov(ftyp.length + 8)]);
  const { length } = moov(0);
  return Buffer.concat([ftyp, moov(ftyp.length + length + 8), mdat]);
}

/** How a fragment says where its samples lie. */
export type Base = 'moof' | 'file' | 'none';

/** A film of fragments, each with a sample of every track. */
export function fragmentedFilm(tracks: readonly TestTrack[], base: Base): Buffer {
  const ftyp = box('ftyp', 'iso6', u32(0), 'iso6mp41');
  const traks = tracks.map((track, i) => box('trak', ...head(i + 1), media(track, [])));
  const defaults = tracks.map(({ samples }, i) =>
    box('trex', u32(0, i + 1, 1, 0, samples[0]?.length ?? 0, 0)),
  );
  const parts = [ftyp, box('moov', box('mvhd', Buffer.alloc(100)), ...traks, box('mvex', ...defaults))];
  for (const [n] of (tracks[0]?.samples ?? []).entries()) {
    const samples = tracks.map((track) => track.samples[n] ?? Buffer.alloc(0));
    const start = Buffer.concat(parts).length;
    const moof = (size: number) => {
      let offset = size + 8;
      const trafs = samples.map((sample, i) => {
        const [flags, where] =
          base === 'file' ? [1, u64(start + offset)] : [base === 'moof' ? 0x20000 : 0, Buffer.alloc(0)];
        const tfhd = box('tfhd', u32(flags, i + 1), where);
        // Without a base, the first run tells its place from the `moof`, and the others follow.
        const told = base === 'moof' || (base === 'none' && i === 0);
        const trun = box('trun', u32((told ? 1 : 0) | 0x200, 1), told ? u32(offset) : '', u32(sample.length));
        offset += sample.length;
        return box('traf', tfhd, trun, box('uuid', Buffer.alloc(16), PLACE));
      });
      return box('moof', box('mfhd', u32(0, n + 1)), ...trafs);
    };
    parts.push(moof(moof(0).length), box('mdat', ...samples), box('emsg', PLACE));
  }
  return Buffer.concat(parts);
}

const CRC = Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum;
});

/** The checksum that an Ogg page should have. */
export function oggChecksum(page: Buffer): number {
  let sum = 0;
  const zeroed = Buffer.from(page);
  zeroed.writeUInt32LE(0, 22);
  for (const byte of zeroed) sum = (sum << 8) ^ (CRC[(sum >>> 24) ^ byte] ?? 0);
  return sum >>> 0;
}

/** A page with these pieces of packets; a piece of a multiple of 255 bytes goes on in the next page. */
export function oggPage(serial: number, number: number, pieces: readonly Buffer[], flags = 0): Buffer {
  const lacing = pieces.flatMap((piece, i) => {
    const whole = Array<number>(Math.floor(piece.length / 255)).fill(255);
    return i === pieces.length - 1 && piece.length > 0 && piece.length % 255 === 0
      ? whole
      : [...whole, piece.length % 255];
  });
  const header = Buffer.alloc(27);
  header.write('OggS');
  header[5] = flags;
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(number, 18);
  header[26] = lacing.length;
  const page = Buffer.concat([header, Buffer.from(lacing), ...pieces]);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

/** A voice of Opus, Vorbis or Speex whose comments reach over two pages. */
export function oggVoice(codec: 'OpusHead' | '\x01vorbis' | 'Speex   '): Buffer {
  const names = { OpusHead: 'OpusTags', '\x01vorbis': '\x03vorbis', 'Speex   ': '' };
  const comments = Buffer.concat([Buffer.from(names[codec], 'latin1'), PLACE, Buffer.alloc(600, 65), PLACE]);
  return Buffer.concat([
    oggPage(7, 0, [Buffer.concat([Buffer.from(codec, 'latin1'), Buffer.alloc(20)])], 2),
    oggPage(7, 1, [comments.subarray(0, 510)]),
    oggPage(7, 2, [comments.subarray(510), Buffer.from('setup that stays')], 1),
    oggPage(7, 3, [Buffer.from('first sound'), Buffer.from('second sound')]),
    oggPage(7, 4, [Buffer.from('last sound')], 4),
  ]);
}

/** An element of WebM; without a length where `open`. */
export function element(id: number, content: Buffer | string, open = false): Buffer {
  const body = Buffer.from(content);
  const name = Buffer.from(
    id.toString(16).padStart(id > 0xffffff ? 8 : id > 0xffff ? 6 : id > 255 ? 4 : 2, '0'),
    'hex',
  );
  const length = open
    ? Buffer.from('01ffffffffffffff', 'hex')
    : Buffer.from([0x40 | (body.length >> 8), body.length & 255]);
  return Buffer.concat([name, length, body]);
}

const webmTrack = (number: number, type: number) =>
  element(
    0xae,
    Buffer.concat([
      element(0xd7, Buffer.from([number])),
      element(0x83, Buffer.from([type])),
      element(0x536e, PLACE),
    ]),
  );

/** A recording: its clusters say no length where `open`. The third track is subtitles. */
export function webm(open: boolean): Buffer {
  const block = (track: number, text: string | Buffer) =>
    Buffer.concat([Buffer.from([0x80 | track, 0, 0, 0x80]), Buffer.from(text)]);
  const cluster = element(
    0x1f43b675,
    Buffer.concat([
      element(0xe7, Buffer.from([0])),
      element(0xa3, block(1, 'a picture')),
      element(0xa3, block(2, 'a sound')),
      element(0xa3, block(3, PLACE)),
      element(0xa0, element(0xa1, block(3, PLACE))),
      element(0xa0, element(0xa1, block(1, 'another picture'))),
    ]),
    open,
  );
  const info = Buffer.concat([
    element(0x2ad7b1, Buffer.from([15, 66, 64])),
    element(0x4d80, 'PhoneMaker X9'),
    element(0x5741, 'PhoneMaker X9'),
    element(0x7ba9, PLACE),
    element(0x4461, Buffer.alloc(8, 7)),
  ]);
  const parts = [
    element(0x1549a966, info),
    element(0x1654ae6b, Buffer.concat([webmTrack(1, 1), webmTrack(2, 2), webmTrack(3, 0x11)])),
    cluster,
    cluster,
    ...(open ? [] : [element(0x1254c367, PLACE), element(0x1941a469, PLACE)]),
  ];
  return Buffer.concat([
    element(0x1a45dfa3, element(0x4282, 'webm')),
    element(0x18538067, Buffer.concat(parts), open),
  ]);
}

const wavChunk = (type: string, content: Buffer | string) => {
  const body = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(type), length, body, Buffer.alloc(body.length & 1)]);
};

/** A WAV with titles and a broadcaster's place before and behind its sound. */
export function wav(sound: Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    wavChunk('fmt ', Buffer.alloc(16, 1)),
    wavChunk('bext', PLACE),
    wavChunk('LIST', Buffer.concat([Buffer.from('INFO'), PLACE])),
    wavChunk('data', sound),
    wavChunk('id3 ', PLACE),
  ]);
  return wavChunk('RIFF', body);
}

/** A still picture of items: `content` is its pixels; EXIF lies in `mdat`, XMP in `idat`. */
export function heif(brand: string, content: Buffer, width = 64): Buffer {
  const ftyp = box('ftyp', brand, u32(0), brand, 'mif1');
  const infe = (id: number, type: string, more = '') =>
    box('infe', u32(0x02000000), u16(id), u16(0), type, '\0', more);
  const item = (id: number, where: number, start: number, length: number) =>
    Buffer.concat([u16(id), u16(where), u16(0), u16(1), u32(start, length)]);
  const meta = (mdat: number) =>
    box(
      'meta',
      u32(0),
      box('hdlr', u32(0, 0), 'pict', u32(0, 0, 0), 'PhoneMaker X9\0'),
      box('pitm', u32(0), u16(1)),
      box('iinf', u32(0), u16(3), infe(1, 'av01'), infe(2, 'Exif'), infe(3, 'mime', 'application/rdf+xml\0')),
      box('iprp', box('ipco', box('ispe', u32(0, width, 48)), box('irot', Buffer.from([1])))),
      box('idat', PLACE),
      box(
        'iloc',
        u32(0x01000000),
        Buffer.from([0x44, 0x00]),
        u16(3),
        item(1, 0, mdat, content.length),
        item(2, 0, mdat + content.length, PLACE.length),
        item(3, 1, 0, PLACE.length),
      ),
      box('uuid', Buffer.alloc(16), PLACE),
    );
  const { length } = meta(0);
  return Buffer.concat([ftyp, meta(ftyp.length + length + 8), box('mdat', content, PLACE)]);
}

const FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413, 0x55)]);
const AAC_FRAME = Buffer.concat([
  Buffer.from([0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc]),
  Buffer.alloc(9, 0x55),
]);
export const sounds = {
  mp3: Buffer.concat([FRAME, FRAME, FRAME]),
  aac: Buffer.concat([AAC_FRAME, AAC_FRAME, AAC_FRAME]),
};

/** Tags of every kind around a sound. */
export function tagged(sound: Buffer): Buffer {
  const id3 = (content: Buffer) =>
    Buffer.concat([
      Buffer.from('ID3\x03\0\0', 'latin1'),
      Buffer.from([0, 0, content.length >> 7, content.length & 127]),
      content,
    ]);
  const ape = (content: Buffer) => {
    const footer = (flags: number) => {
      const bytes = Buffer.alloc(32);
      bytes.write('APETAGEX');
      bytes.writeUInt32LE(2000, 8);
      bytes.writeUInt32LE(content.length + 32, 12);
      bytes.writeUInt32LE(flags, 20);
      return bytes;
    };
    return Buffer.concat([footer(0xa0000000), content, footer(0x80000000)]);
  };
  const lyrics = Buffer.concat([Buffer.from('LYRICSBEGIN'), PLACE]);
  const old = Buffer.concat([Buffer.from('TAG'), PLACE, Buffer.alloc(125 - PLACE.length)]);
  return Buffer.concat([
    id3(Buffer.concat([PLACE, Buffer.alloc(5000)])),
    id3(PLACE),
    sound,
    ape(PLACE),
    lyrics,
    Buffer.from(`${lyrics.length}`.padStart(6, '0')),
    Buffer.from('LYRICS200'),
    old,
  ]);
}
