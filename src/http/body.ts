import { Refusal, refuse } from './failure.ts';

/** Parameters by name, as text; of a repeated one the first. */
export type RawParams = Map<string, string>;

/** Largest body of a call without files. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Adds what is not there yet, so that an earlier source wins over a later one. */
export function addPairs(params: RawParams, pairs: Iterable<readonly [string, string]>) {
  for (const [name, value] of pairs) if (!params.has(name)) params.set(name, value);
}

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

/** A JSON value as the text that a form would carry; null counts as absent. */
function asText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** No parameter is nested deeper than a list of objects; a body of brackets alone would exhaust the stack. */
const MAX_DEPTH = 16;

function isTooDeep(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const c = json[at];
    if (quoted && c === '\\') at += 1;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === '[' || c === '{')) depth += 1;
    else if (!quoted && (c === ']' || c === '}')) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function jsonPairs(text: string): [string, string][] {
  let body: unknown;
  if (isTooDeep(text)) throw new Refusal('INVALID_PARAMETER', { field: 'body' });
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refusal('INVALID_PARAMETER', { field: 'body' });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal('INVALID_PARAMETER', { field: 'body' });
  }
  return Object.entries(body).flatMap(([name, value]) => {
    const item = asText(value);
    return item === undefined ? [] : [[name, item] as [string, string]];
  });
}

/** Reads the fields of a multipart body and skips its files. */
export type ReadFields = (request: Request, limit: number) => Promise<readonly (readonly [string, string])[]>;

/**
 * The parameters of a body, whichever way they are encoded: urlencoded, JSON object or multipart fields.
 * A body of another type is refused with 415, a broken one with code -1.
 */
export async function readBody(
  request: Request,
  limit: number,
  readFields: ReadFields,
): Promise<Iterable<readonly [string, string]>> {
  const length = request.headers.get('content-length');
  // Looking at `body` makes a stream of it, which costs more than all the rest here.
  if (length === '0' || (length === null && !request.body)) return [];
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'multipart/form-data') return readFields(request, limit);
  const text = new TextDecoder().decode(await readBytes(request, limit));
  if (text === '') return [];
  if (type === 'application/x-www-form-urlencoded') return formPairs(text);
  if (type === 'application/json' || type?.endsWith('+json')) return jsonPairs(text);
  return refuse('UNSUPPORTED_TYPE');
}

/** Pairs of a text in which nothing is escaped. */
function plainPairs(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('&', at);
    const end = next < 0 ? text.length : next;
    const sign = text.indexOf('=', at);
    if (sign >= 0 && sign < end) pairs.push([text.slice(at, sign), text.slice(sign + 1, end)]);
    else if (end > at) pairs.push([text.slice(at, end), '']);
    at = end + 1;
  }
  return pairs;
}

/** Pairs of urlencoded text. Most calls escape nothing, and need not pay for a URLSearchParams. */
export const formPairs = (text: string): Iterable<readonly [string, string]> =>
  /[%+]|^\?/.test(text) ? new URLSearchParams(text) : plainPairs(text);

/** The parameters of the address. */
export function readQuery(url: string): RawParams {
  const params: RawParams = new Map();
  const mark = url.indexOf('?');
  if (mark >= 0) addPairs(params, formPairs(url.slice(mark + 1)));
  return params;
}
