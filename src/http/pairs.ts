import { refuseParameter } from './failure.ts';

/** Parameters by name, as text; of a repeated one the first. */
export type RawParams = Map<string, string>;

export type Pairs = Iterable<readonly [string, string]>;

/** Parameters of one call. The longest list of the document has 20. */
export const MAX_PAIRS = 1000;

/** Adds what is not there yet, so that an earlier source wins over a later one. */
export function addPairs(params: RawParams, pairs: Pairs) {
  for (const [name, value] of pairs) if (!params.has(name)) params.set(name, value);
}

/** Whether a text has more than so many pairs, empty ones included. */
function hasMorePairs(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let at = -1;
  for (let pairs = 1; pairs <= limit; pairs += 1) {
    at = text.indexOf('&', at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** Pairs of a text in which nothing is escaped. */
function plainPairs(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('&', at);
    const pair = text.slice(at, next < 0 ? text.length : next);
    // Looked for in the pair alone: where it has none, the rest of the text is not its affair.
    const sign = pair.indexOf('=');
    if (sign >= 0) pairs.push([pair.slice(0, sign), pair.slice(sign + 1)]);
    else if (pair !== '') pairs.push([pair, '']);
    at += pair.length + 1;
  }
  return pairs;
}

/**
 * Pairs of urlencoded text; too many are refused. Most calls escape nothing, and need not pay for a URLSearchParams.
 * @param field what the refusal names
 */
export function formPairs(text: string, field = 'body'): Pairs {
  if (hasMorePairs(text, MAX_PAIRS)) refuseParameter(field);
  return /[%+]|^\?/.test(text) ? new URLSearchParams(text) : plainPairs(text);
}

/** Pairs of urlencoded text that goes on behind what is here: the last one may be cut. */
export const leadingFormPairs = (text: string): Pairs =>
  formPairs(text.slice(0, Math.max(0, text.lastIndexOf('&'))));

/** The parameters of an address. */
export function readQuery(url: string): RawParams {
  const params: RawParams = new Map();
  const mark = url.indexOf('?');
  if (mark >= 0) addPairs(params, formPairs(url.slice(mark + 1), 'query'));
  return params;
}
