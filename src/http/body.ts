import { readJson } from '../core/text/json.ts';
import { refuse, refuseParameter } from './failure.ts';
import { readFields } from './multipart.ts';
import { formPairs, type Pairs } from './pairs.ts';

/** Largest body of a call without files. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The request's bytes, at most `limit` of them; refused as soon as there are more. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  if (length > limit) refuse('BODY_TOO_LARGE');
  if (length <= limit) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) refuse('BODY_TOO_LARGE');
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A JSON value as the text that a form would carry; null counts as absent. */
function asText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function jsonPairs(text: string): [string, string][] {
  const body = readJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) refuseParameter('body');
  return Object.entries(body).flatMap(([name, value]) => {
    const item = asText(value);
    return item === undefined ? [] : [[name, item] as [string, string]];
  });
}

/**
 * The parameters of a body, whichever way they are encoded: urlencoded, JSON object or multipart fields.
 * A body of another type is refused with 415, a broken one with code -1.
 */
export async function readBody(request: Request, limit: number): Promise<Pairs> {
  const length = request.headers.get('content-length');
  // Looking at `body` makes a stream of it, which costs more than all the rest here.
  if (length === '0' || (length === null && !request.body)) return [];
  const contentType = request.headers.get('content-type') ?? '';
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'multipart/form-data')
    return readFields(inOnePiece(await readBytes(request, limit)), contentType, limit);
  const text = new TextDecoder().decode(await readBytes(request, limit));
  if (text === '') return [];
  if (type === 'application/x-www-form-urlencoded') return formPairs(text);
  if (type === 'application/json' || type?.endsWith('+json')) return jsonPairs(text);
  return refuse('UNSUPPORTED_TYPE');
}
