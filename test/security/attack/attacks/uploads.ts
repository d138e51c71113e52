import { crc32 } from 'node:zlib';
import { picture } from '../../../support/pictures.ts';
import { attack, type Stage } from '../attack.ts';
import type { Person, Server } from '../server.ts';

const MIB = 1024 * 1024;
/** The largest upload by default, less what a form would add. */
const MOST = 10 * MIB - 1024;
/** How long another user's ordinary large picture may take, in milliseconds: the deadline of a smaller copy. */
const PICTURE_MS = 5000;

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** As many pieces as fit between a head and a tail. */
const filled = (head: Buffer, piece: Buffer, tail = Buffer.alloc(0), most = MOST) =>
  Buffer.concat([
    head,
    ...Array<Buffer>(Math.floor((most - head.length - tail.length) / piece.length)).fill(piece),
    tail,
  ]);

const pngChunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
};

function png(piece: Buffer): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const head = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', header)]);
  return filled(head, piece, pngChunk('IEND', Buffer.alloc(0)));
}

function webp(chunk: string): Buffer {
  const file = filled(
    Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\0\0\0\0\0\0', 'latin1'),
    Buffer.from(`${chunk}\0\0\0\0`, 'latin1'),
  );
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

const jpeg = (segment: readonly number[]) =>
  filled(Buffer.from([0xff, 0xd8]), Buffer.from(segment), Buffer.from([0xff, 0xd9]));

/** A progressive picture of 7000×7000 with as many scans as fit into `bytes`. */
function manyScans(bytes: number): Buffer {
  const table = (id: number) => [0xff, 0xc4, 0, 20, id, 1, ...Array<number>(15).fill(0), 0];
  const quantities = [0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(1)];
  const frame = [0xff, 0xc2, 0, 11, 8, 0x1b, 0x58, 0x1b, 0x58, 1, 1, 0x11, 0];
  const scan = (from: number, to: number) => [0xff, 0xda, 0, 8, 1, 1, 0, from, to, 0, 0];
  const head = [0xff, 0xd8, ...quantities, ...frame, ...table(0x00), ...table(0x10), ...scan(0, 0)];
  return filled(Buffer.from(head), Buffer.from(scan(1, 63)), Buffer.from([0xff, 0xd9]), bytes);
}

const box = (type: string, data = Buffer.alloc(0)) =>
  Buffer.concat([u32(data.length + 8), Buffer.from(type, 'latin1'), data]);
const mp4 = (type: string) => filled(box('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1')), box(type));
const gif = (piece: readonly number[]) =>
  filled(Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1'), Buffer.from(piece), Buffer.from([0x3b]));
const mp3 = () => filled(Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), Buffer.from([0xff, 0xfb, 0x10, 0]));
const ogg = () => filled(Buffer.alloc(0), Buffer.from(`OggS\0\x02${'\0'.repeat(20)}\0`, 'latin1'));
const webm = () => filled(Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80]), Buffer.from([0xec, 0x80]));
const wav = () => filled(Buffer.from('RIFF\0\0\xa0\0WAVE', 'latin1'), Buffer.from('LIST\0\0\0\0', 'latin1'));

/** Files of the largest size made of the smallest parts; one more drawn for this run. */
const files = ({ random }: Stage): readonly (readonly [string, Buffer])[] => [
  ['WebP of empty alpha', webp('ALPH')],
  ['WebP of unknown chunks', webp(random.pick(['XXXX', 'ICCP', 'EXIF', 'ANMF', 'VP8 ']))],
  ['PNG of empty data', png(pngChunk('IDAT', Buffer.alloc(0)))],
  ['PNG of texts', png(pngChunk(random.pick(['tEXt', 'zzZz', 'fcTL', 'PLTE']), Buffer.alloc(0)))],
  ['JPEG of restarts', jpeg([0xff, 0xdd, 0, 4, 0, 0])],
  ['JPEG of comments', jpeg([0xff, 0xfe, 0, 2])],
  ['JPEG of markers', jpeg([0xff, random.pick([0xe1, 0xdb, 0xc4, 0xda]), 0, 2])],
  ['MP4 of free boxes', mp4('free')],
  ['MP4 of boxes', mp4(random.pick(['moov', 'trak', 'udta', 'mdat', 'moof', 'meta']))],
  ['GIF of extensions', gif([0x21, 0xfe, 0])],
  ['GIF of frames', gif([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 0])],
  ['MP3 of frames', mp3()],
  ['Ogg of pages', ogg()],
  ['WebM of voids', webm()],
  ['WAV of lists', wav()],
];

/** Uploads one file; answers the status, 0 where none came in a minute, and how long it took, in milliseconds. */
async function upload({ url }: Server, { headers }: Person, bytes: Uint8Array<ArrayBuffer>) {
  const began = performance.now();
  const status = await fetch(`${url}/chat/doUploads`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: bytes,
    signal: AbortSignal.timeout(60_000),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
  return { status, ms: performance.now() - began };
}

const bytesOf = (file: Buffer) => new Uint8Array(file);

export const manyParts = attack({
  name: 'uploads-of-parts',
  about: 'Files of 10 MiB made of nothing but the smallest chunks, segments, boxes, frames or pages.',
  async run(stage) {
    const broken: string[] = [];
    const all = files(stage);
    for (const [name, file] of all) {
      const { status } = await upload(stage.server, await stage.person(), bytesOf(file));
      if (status >= 500 && status !== 503) broken.push(`${name} was answered ${status}`);
    }
    return { tried: all.length, broken };
  },
});

export const slowPictures = attack({
  name: 'slow-pictures',
  about:
    'Progressive pictures of thousands of scans by two users: another user’s large picture does not wait.',
  async run({ server, person }) {
    const [one, two, other] = [await person(), await person(), await person()];
    const heavy = bytesOf(manyScans(1100 * 1024));
    const ordinary = new Uint8Array(await picture('jpeg', 2000, 1500, true));
    const attacks = [one, one, one, two, two, two].map((who) => upload(server, who, heavy));
    await new Promise((soon) => setTimeout(soon, 300));
    const { status, ms } = await upload(server, other, ordinary);
    await Promise.all(attacks);
    const broken = [
      ...(status === 200 ? [] : [`another user's picture was answered ${status}`]),
      ...(ms > PICTURE_MS ? [`another user's picture took ${Math.round(ms)} ms`] : []),
    ];
    return { tried: attacks.length, broken };
  },
});

export const fullDisk = attack({
  name: 'fill-the-disk',
  about: 'One user uploads until the day’s bytes are used up, forty files at once; somebody else still may.',
  needs: ['own'],
  settings: { UPLOAD_DAY_BYTES: String(20 * MIB) },
  async run({ server, person, random }) {
    const [who, other] = [await person(), await person()];
    const file = Buffer.concat([await picture('png', 8, 8), Buffer.alloc(0)]);
    const large = new Uint8Array(await picture('jpeg', 2000, 1500, true));
    const all = await Promise.all(
      Array.from({ length: 40 }, () => upload(server, who, large.slice(0, large.length - random.below(3)))),
    );
    const kept = all.filter(({ status }) => status === 200).length;
    const small = await upload(server, other, new Uint8Array(file));
    const broken = [
      ...(kept * large.length > 21 * MIB ? [`${kept} files of ${large.length} bytes were kept`] : []),
      ...(small.status === 200 ? [] : [`somebody else's upload was answered ${small.status}`]),
    ];
    return { tried: all.length, broken };
  },
});
