import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';

/** Pixels: red grows to the right, green downwards; the left top corner is blue. */
function bitmap(width: number, height: number, noise: boolean): Uint8Array {
  const row = (width * 3 + 3) & ~3;
  const file = Buffer.alloc(54 + row * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(-height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  let seed = 1;
  const random = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >> 8) & 255;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 54 + y * row + x * 3;
      const corner = x < width / 4 && y < height / 4;
      file[at] = corner ? 255 : noise ? random() : 0;
      file[at + 1] = corner ? 0 : noise ? random() : (y * 255) / height;
      file[at + 2] = corner ? 0 : noise ? random() : (x * 255) / width;
    }
  }
  return file;
}

type Encoding = 'jpeg' | 'png' | 'webp';

/** A real picture; with `noise` one that does not compress. */
export async function picture(encoding: Encoding, width: number, height: number, noise = false) {
  const image = new Bun.Image(bitmap(width, height, noise));
  const encoded = encoding === 'png' ? image.png() : encoding === 'webp' ? image.webp() : image.jpeg();
  return Buffer.from(await encoded.bytes());
}

/** What a phone writes into a picture and nobody should find in it later. */
export const SECRETS = ['22.5431N', '114.0579E', 'PhoneMaker X9', 'written by hand', 'XMP-secret'];
export const ICC = 'teahouse-test-profile';

/** An EXIF block: orientation, maker, and a GPS directory whose places are text. */
export function exif(orientation: number): Buffer {
  const values = Buffer.from('PhoneMaker X9\0' + '22.5431N\0' + '114.0579E\0');
  const entry = (tag: number, type: number, count: number, value: number, short = false) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(count, 4);
    if (short) bytes.writeUInt16LE(value, 8);
    else bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const gpsAt = 8 + 2 + 3 * 12 + 4;
  const valuesAt = gpsAt + 2 + 2 * 12 + 4;
  return Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    Buffer.from([3, 0]),
    entry(0x010f, 2, 14, valuesAt),
    entry(0x0112, 3, 1, orientation, true),
    entry(0x8825, 4, 1, gpsAt),
    Buffer.alloc(4),
    Buffer.from([2, 0]),
    entry(2, 2, 9, valuesAt + 14),
    entry(4, 2, 10, valuesAt + 23),
    Buffer.alloc(4),
    values,
  ]);
}

const segment = (marker: number, body: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
};

/** A JPEG as a phone makes it: EXIF with a place, XMP, IPTC, a comment, a profile, a second picture behind. */
export function phoneJpeg(plain: Buffer, orientation: number): Buffer {
  return Buffer.concat([
    plain.subarray(0, 2),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif(orientation)])),
    segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x>XMP-secret</x>')),
    segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01'), Buffer.from(ICC)])),
    segment(0xe2, Buffer.from('MPF\0 22.5431N')),
    segment(0xed, Buffer.from('Photoshop 3.0\x008BIM 22.5431N')),
    segment(0xfe, Buffer.from('written by hand')),
    plain.subarray(2),
    Buffer.from('<script>PhoneMaker X9</script>'),
    plain,
  ]);
}

export function pngChunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** A PNG with texts, a time, EXIF, a profile, an unknown chunk, and a page behind its end. */
export function chattyPng(plain: Buffer, orientation = 1): Buffer {
  const afterHeader = 8 + 25;
  return Buffer.concat([
    plain.subarray(0, afterHeader),
    pngChunk('iCCP', Buffer.concat([Buffer.from(`${ICC}\0\0`), deflateSync(Buffer.alloc(128))])),
    pngChunk('tEXt', Buffer.from('Comment\0written by hand')),
    pngChunk('iTXt', Buffer.from('XML:com.adobe.xmp\0\0\0\0\0XMP-secret')),
    pngChunk('eXIf', exif(orientation)),
    pngChunk('tIME', Buffer.alloc(7)),
    pngChunk('prVt', Buffer.from('PhoneMaker X9')),
    plain.subarray(afterHeader),
    Buffer.from('<script>22.5431N</script>'),
  ]);
}

export function riffChunk(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
}

export const riff = (...chunks: Buffer[]) =>
  riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));

/** A still WebP in the extended form, with a profile, EXIF, XMP and a page behind its end. */
export function chattyWebp(plain: Buffer, width: number, height: number, orientation = 1): Buffer {
  const header = Buffer.alloc(10);
  header[0] = 0x20 | 0x08 | 0x04;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const whole = riff(
    riffChunk('VP8X', header),
    riffChunk('ICCP', Buffer.from(ICC)),
    plain.subarray(12),
    riffChunk('EXIF', exif(orientation)),
    riffChunk('XMP ', Buffer.from('XMP-secret')),
    riffChunk('JUNK', Buffer.from('written by hand')),
  );
  return Buffer.concat([whole, Buffer.from('<script>PhoneMaker X9</script>')]);
}

/** A WebP of two frames. */
export function movingWebp(plain: Buffer, width: number, height: number): Buffer {
  const header = Buffer.alloc(10);
  header[0] = 0x02 | 0x08;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const frame = Buffer.alloc(16);
  frame.writeUIntLE(width - 1, 6, 3);
  frame.writeUIntLE(height - 1, 9, 3);
  frame.writeUIntLE(100, 12, 3);
  const body = Buffer.concat([frame, plain.subarray(12), riffChunk('NOTE', Buffer.from('22.5431N'))]);
  return riff(
    riffChunk('VP8X', header),
    riffChunk('ANIM', Buffer.alloc(6)),
    riffChunk('ANMF', body),
    riffChunk('ANMF', body),
    riffChunk('EXIF', exif(1)),
  );
}

/** A GIF of two frames of one pixel that repeats, with a comment, XMP, a text, and a page behind its end. */
export function chattyGif(): Buffer {
  const blocks = (...texts: string[]) =>
    Buffer.concat([
      ...texts.map((text) => Buffer.from(`${String.fromCharCode(text.length)}${text}`)),
      Buffer.from([0]),
    ]);
  const control = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0]);
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255]),
    Buffer.from([0x21, 0xff]),
    blocks('NETSCAPE2.0', '\x01\0\0'),
    Buffer.from([0x21, 0xfe]),
    blocks('written by hand'),
    Buffer.from([0x21, 0xff]),
    blocks('XMP DataXMP', 'XMP-secret 22.5431N'),
    control,
    Buffer.from([0x21, 0x01]),
    blocks('\0\0\0\0\0\0\0\0\0\0\0\0', 'PhoneMaker X9'),
    control,
    frame,
    control,
    frame,
    Buffer.from([0x3b]),
    Buffer.from('<script>114.0579E</script>'),
  ]);
}

export function box(type: string, ...content: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** A movie with its place in every box that players write it to. The samples are `samples`. */
export function phoneMovie(brand: string, samples: Buffer): Buffer {
  const place = box('\xa9xyz', '+22.5431N+114.0579E/');
  return Buffer.concat([
    box('ftyp', brand, '\0\0\0\0', brand, 'isom'),
    box('free', 'PhoneMaker X9'),
    box(
      'moov',
      box('mvhd', Buffer.alloc(100)),
      box('trak', box('tkhd', Buffer.alloc(84)), box('mdia', box('minf', box('stbl'))), box('udta', place)),
      box('udta', place, '\0\0\0\0'),
      box('meta', box('keys', 'com.apple.quicktime.location.ISO6709 22.5431N')),
    ),
    box('uuid', Buffer.alloc(16), 'XMP-secret'),
    box('mdat', samples),
  ]);
}

/** The pixels as PNG: equal for equal pictures, however they were packed. */
export const pixels = async (bytes: Uint8Array): Promise<Buffer> =>
  Buffer.from(await new Bun.Image(bytes).png().bytes());
