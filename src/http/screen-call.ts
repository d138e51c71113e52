import { readJson } from '../core/text/json.ts';
import type { Call } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './failure.ts';
import { noteScreened, type Written } from './screening.ts';

/** A text as its readers see it: of JSON, what its escapes stand for. */
function readable(text: string): string {
  if (!/^\s*[[{]/.test(text) || !text.includes('\\u')) return text;
  const json = readJson(text);
  return json === undefined ? text : JSON.stringify(json);
}

/** Whether a mask has made something else of JSON: then the text is refused. */
const isBroken = (text: string, masked: string): boolean =>
  masked !== text && readJson(text) !== undefined && readJson(masked) === undefined;

/** Parameters that lead to what a call has written. */
const LEADING = ['groupId', 'feedId', 'destId', 'noteId', 'id'] as const;

function writtenBy(call: Call, input: Readonly<Record<string, unknown>>): Written {
  const place = LEADING.flatMap((name) => {
    const value = input[name];
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
  return { user: call.callerIfAny?.userId ?? null, place: Object.fromEntries(place) };
}

/**
 * Looks at the texts of a call that others will see. Refuses `WORD_REFUSED`; masks in `input` what is masked.
 * @returns what notes the rest once the call has succeeded; undefined, mostly at once, where there is nothing to note
 */
export function screenCall(
  call: Call,
  { shown }: Pick<Endpoint, 'shown'>,
  input: Record<string, unknown>,
): Promise<(() => Promise<void>) | undefined> | undefined {
  if (!shown) return undefined;
  const fields = Object.entries(shown).flatMap(([name, scope]) => {
    const text = input[name];
    return typeof text === 'string' && text !== '' && scope ? [{ name, scope, text: readable(text) }] : [];
  });
  const looking = fields.length > 0 ? call.screening.screen(call, fields) : undefined;
  return looking?.then(async (screened) => {
    if (!screened) return undefined;
    const written = writtenBy(call, input);
    const broken = fields.findIndex(({ text }, i) => isBroken(text, screened.texts[i] ?? text));
    const refused = fields[screened.refused < 0 ? broken : screened.refused];
    if (refused) {
      await noteScreened(call, screened, written);
      refuse('WORD_REFUSED', { field: refused.name });
    }
    fields.forEach(({ name, text }, i) => {
      if (screened.texts[i] !== text) input[name] = screened.texts[i];
    });
    return () => noteScreened(call, screened, written);
  });
}
