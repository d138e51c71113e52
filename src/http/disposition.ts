import { cleanFileName } from '../core/text/file-name.ts';

/** What a part of a form is called. */
export interface Disposition {
  readonly name: string | undefined;
  /** Of a file, cleaned; `''` where a browser sent a choice of none. */
  readonly fileName: string | undefined;
}

/** The quoted text that begins at `start`, and where it ends. A backslash escapes a quote or itself: old browsers send bare ones in paths. */
function quoted(header: string, start: number): { value: string; end: number } {
  const pieces: string[] = [];
  let from = start;
  let at = start;
  for (; at < header.length && header[at] !== '"'; at += 1) {
    const next = header[at + 1];
    if (header[at] !== '\\' || (next !== '"' && next !== '\\')) continue;
    pieces.push(header.slice(from, at));
    at += 1;
    from = at;
  }
  pieces.push(header.slice(from, at));
  return { value: pieces.join(''), end: at + 1 };
}

/** The parameters of a header behind its first word, by lower-case name; of a repeated one the first. */
function parametersOf(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const pieceEnd = (from: number) => {
    const at = header.indexOf(';', from);
    return at < 0 ? header.length : at;
  };
  for (let at = pieceEnd(0) + 1; at < header.length; at += 1) {
    const end = pieceEnd(at);
    const piece = header.slice(at, end);
    const sign = piece.indexOf('=');
    at = end;
    if (sign < 0) continue;
    const name = piece.slice(0, sign).trim().toLowerCase();
    let value = piece.slice(sign + 1).trim();
    if (value.startsWith('"')) {
      const text = quoted(header, header.indexOf('"', end - piece.length + sign) + 1);
      value = text.value;
      at = pieceEnd(text.end);
    }
    if (!found.has(name)) found.set(name, value);
  }
  return found;
}

/** Bytes of percent-encoded ASCII; undefined where that is broken. */
function percentDecoded(text: string): Uint8Array | undefined {
  if (/%(?![0-9a-f]{2})|[^\x20-\x7e]/i.test(text)) return undefined;
  const bytes = text.replace(/%../g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  return Uint8Array.from(bytes, (c) => c.charCodeAt(0));
}

/** A charset's name as `TextDecoder` takes it, which throws where it knows none. */
type Charset = ConstructorParameters<typeof TextDecoder>[0];

/** An extended value, `UTF-8''%E8%8C%B6.gif` (RFC 8187); undefined where it is none. */
function extended(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = /^([^']*)'[^']*'(.*)$/s.exec(value ?? '') ?? [];
  const bytes = charset === '' ? undefined : percentDecoded(encoded);
  if (!bytes) return undefined;
  try {
    return new TextDecoder(charset as Charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // a charset that nobody knows, or bytes of another
  }
}

/**
 * Reads `Content-Disposition` of a form's part; undefined where it is another one. `filename*` wins over `filename`
 * (RFC 6266, 4.3), wherever it stands, unless it is broken.
 * @param header text of UTF-8
 */
export function readDisposition(header: string): Disposition | undefined {
  if (!/^\s*form-data\s*(;|$)/i.test(header)) return undefined;
  const parameters = parametersOf(header);
  const fileName = extended(parameters.get('filename*')) ?? parameters.get('filename');
  return {
    name: parameters.get('name'),
    fileName: fileName === undefined ? undefined : cleanFileName(fileName),
  };
}
