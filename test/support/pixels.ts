import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import { pixels, pngChunk } from './pictures.ts';

/** A picture's pixels: four bytes each, row by row. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly at: (x: number, y: number) => readonly [red: number, green: number, blue: number, alpha: number];
}

const paeth = (left: number, up: number, corner: number) => {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
};

/** Decodes any picture that Bun can. */
export async function decoded(bytes: Uint8Array): Promise<Bitmap> {
  const png = await pixels(bytes);
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = { 2: 3, 6: 4 }[png[25] ?? 0];
  if (!channels || png[24] !== 8) throw new Error('Bun writes 8 bits of RGB or RGBA');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(data));
  const row = width * channels;
  const out = Buffer.alloc(row * height);
  const get = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (out[y * row + x] ?? 0));
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const [left, up, corner] = [
        get(x - channels, y),
        get(x, y - 1),
        x < channels ? 0 : get(x - channels, y - 1),
      ];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[y * row + x] = (raw[y * (row + 1) + 1 + x] ?? 0) + guess;
    }
  }
  const value = (x: number, y: number, channel: number) =>
    channel < channels ? (out[y * row + x * channels + channel] ?? 0) : 255;
  return { width, height, at: (x, y) => [value(x, y, 0), value(x, y, 1), value(x, y, 2), value(x, y, 3)] };
}

/** How a PNG may be transparent. */
export type Transparency = 'alpha' | 'grey and alpha' | 'palette' | 'one colour';

/** A PNG whose left half is transparent, and whose right half is white. */
export function halfTransparent(kind: Transparency, width: number, height: number): Buffer {
  const [colours, left, right, more] = {
    alpha: [6, [255, 0, 0, 0], [255, 255, 255, 255], []] as const,
    'grey and alpha': [4, [0, 0], [255, 255], []] as const,
    palette: [
      3,
      [0],
      [1],
      [pngChunk('PLTE', Buffer.from([255, 0, 0, 255, 255, 255])), pngChunk('tRNS', Buffer.from([0, 255]))],
    ] as const,
    'one colour': [
      2,
      [255, 0, 0],
      [255, 255, 255],
      [pngChunk('tRNS', Buffer.from([0, 255, 0, 0, 0, 0]))],
    ] as const,
  }[kind];
  const half = (pixel: readonly number[]) => Array.from({ length: width / 2 }, () => pixel).flat();
  const row = Buffer.from([0, ...half(left), ...half(right)]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colours], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', deflateSync(Buffer.alloc(row.length * height, row))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
