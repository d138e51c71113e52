import { isUtf8 } from 'node:buffer';

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

/** The part of engine.io's parser for Engine.IO 3 that its polling transport uses. */
export interface PollingParser {
  encodePacket(
    packet: Packet,
    supportsBinary: boolean,
    utf8: boolean,
    done: (encoded: string | Buffer) => void,
  ): void;
  encodePayload(
    packets: readonly Packet[],
    supportsBinary: boolean,
    done: (payload: string | Buffer) => void,
  ): void;
  /** Hands over packet by packet, until `take` answers false. */
  decodePayload(payload: string | Buffer, take: (packet: Packet, ...place: number[]) => unknown): void;
}

/** A byte that tells text (0) from bytes (1), the length in decimal digits of a byte each, 255, and the packet. */
function framed(packet: string | Buffer): Buffer {
  const body = Buffer.from(packet);
  const digits = Array.from(String(body.length), Number);
  return Buffer.concat([Buffer.from([typeof packet === 'string' ? 0 : 1, ...digits, 255]), body]);
}

/** Text of which each character may be a byte. */
const BYTES = /^[\p{ASCII}\u0080-\u00ff]*$/u;
const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** JSON without a character that a client could decode twice. */
const inAscii = (json: string) =>
  json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const asciiOf = (packet: Packet): Packet =>
  typeof packet.data === 'string' ? { ...packet, data: inAscii(packet.data) } : packet;

/** What was meant by text whose client has written it as UTF-8 before HTTP does; undefined for text that is itself. */
export function meantBy(text: string): string | undefined {
  if (!BEYOND_ASCII.test(text) || !BYTES.test(text)) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/**
 * The parser of one polling connection of Engine.IO 3. Older clients (JavaScript until 1.x, Java until 0.9) decode the
 * UTF-8 of a text answer a second time, and younger ones do not. All of them read binary frames alike, as the
 * original's server sent them. Clients that take no binary get JSON in ASCII. What the older clients post as text is
 * encoded twice, and decoded here. Once a client has said something that cannot be that, all is taken as it is.
 */
export function oldPollingParser(parser: PollingParser, takesBinary: boolean): PollingParser {
  let isPlain = false;
  const meant = (packet: Packet): Packet => {
    const { data } = packet;
    if (isPlain || typeof data !== 'string' || !BEYOND_ASCII.test(data)) return packet;
    const text = meantBy(data);
    isPlain = text === undefined;
    return text === undefined ? packet : { ...packet, data: text };
  };
  return {
    encodePacket: parser.encodePacket,
    encodePayload(packets, supportsBinary, done) {
      if (!takesBinary) return parser.encodePayload(packets.map(asciiOf), supportsBinary, done);
      const frames: Buffer[] = [];
      for (const packet of packets)
        parser.encodePacket(packet, true, false, (encoded) => frames.push(framed(encoded)));
      done(Buffer.concat(frames));
    },
    decodePayload(payload, take) {
      const isText = typeof payload === 'string';
      parser.decodePayload(payload, (packet, ...place) => take(isText ? meant(packet) : packet, ...place));
    },
  };
}
