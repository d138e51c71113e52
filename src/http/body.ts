import { readJson } from '../core/text/json.ts';
import { readLeadingMembers } from '../core/text/json-head.ts';
import { refuse, refuseParameter } from './failure.ts';
import { readFields } from './multipart.ts';
import { formPairs, leadingFormPairs, type Pairs } from './pairs.ts';
import type { RequestBody } from './request-body.ts';

/** Largest body of a call without files. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Largest body of a call that anybody may make. */
export const MAX_OPEN_BODY_BYTES = 64 * 1024;

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

/** How text of one type holds parameters. */
interface Encoding {
  readonly pairs: (text: string) => Pairs;
  /** Those of a text that goes on. */
  readonly leadingPairs: (text: string) => Pairs;
}

const FORM: Encoding = {
  pairs: (text) => formPairs(text),
  leadingPairs: leadingFormPairs,
};
const JSON_OBJECT: Encoding = { pairs: jsonPairs, leadingPairs: readLeadingMembers };

function encodingOf(type: string): Encoding | undefined {
  if (type === 'application/x-www-form-urlencoded') return FORM;
  return type === 'application/json' || type.endsWith('+json') ? JSON_OBJECT : undefined;
}

/** Texts from here on are read in a turn of the event loop of their own. */
const LONG = 256 * 1024;
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

/**
 * The parameters of a body, whichever way they are encoded: urlencoded, JSON object or multipart fields.
 * A body of another type is refused with 415, a broken one with code -1.
 */
export async function readBody(body: RequestBody, contentType: string, limit: number): Promise<Pairs> {
  if (body.isEmpty) return [];
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'multipart/form-data') return readFields(body, contentType, limit);
  const encoding = encodingOf(type);
  const leading = (head: string) => encoding?.leadingPairs(head) ?? refuse('UNSUPPORTED_TYPE');
  const text = await body.text(limit, leading);
  if (text === '') return [];
  if (!encoding) refuse('UNSUPPORTED_TYPE');
  if (text.length < LONG) return encoding.pairs(text);
  await turn();
  const pairs = encoding.pairs(text);
  await turn();
  return pairs;
}
