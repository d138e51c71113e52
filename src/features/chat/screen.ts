import { readJson } from '../../core/text/json.ts';
import { refuse } from '../../http/failure.ts';
import { noteScreened, type ScreeningPorts, type Written } from '../../http/screening.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { TEXT } from '../../realtime/message-types.ts';
import type { ClientMessage } from './client-message.ts';

/** An address alone, which apps open and nobody reads: of an upload, or with a protocol. */
const ADDRESS = /^(?:https?:\/\/|\/(?:[a-z]+\/)*upload\/)[!-~]+$/i;

/** What a parser that is less strict than ours may make of a content. */
const unescaped = (content: string): string =>
  content.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Every text in a value that JSON holds, put through `change`. Its depth is `readJson`'s to bound. */
function changed(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => changed(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, changed(item, change)]));
}

/** The texts of a message that others read: of what holds JSON, those within it. */
function textsOf({ messageType, content }: ClientMessage): { texts: string[]; json?: object } {
  if (messageType === TEXT) return { texts: [content] };
  const json = readJson(content);
  const texts: string[] = [];
  const gather = (text: string) => {
    if (text !== '' && !ADDRESS.test(text)) texts.push(text);
    return text;
  };
  if (!isObject(json)) {
    gather(unescaped(content));
    return { texts };
  }
  changed(json, gather);
  return { texts, json };
}

/** A message with other words in place of its texts, in their order. */
function withTexts(
  message: ClientMessage,
  json: object | undefined,
  texts: readonly string[],
): ClientMessage {
  if (!json) return { ...message, content: texts[0] ?? message.content };
  let next = 0;
  const put = (text: string) => {
    if (text === '' || ADDRESS.test(text)) return text;
    next += 1;
    return texts[next - 1] ?? text;
  };
  return { ...message, content: JSON.stringify(changed(json, put)) };
}

/** What a look at a message needs. */
export type ScreenedContext = Pick<CallerContext, 'caller' | 'screening'> & ScreeningPorts;

/**
 * Looks for words in a message that operators do not want. Refuses `WORD_REFUSED`.
 * @returns the message as it may be sent, and what notes the rest once it was; undefined, mostly at once, where there is
 *   nothing to note
 */
export function screenMessage(
  context: ScreenedContext,
  message: ClientMessage,
): Promise<{ readonly message: ClientMessage; note(): Promise<void> } | undefined> | undefined {
  const { texts, json } = textsOf(message);
  const shown = texts.map((text) => ({ scope: 'message' as const, text }));
  const looking = shown.length > 0 ? context.screening.screen(context, shown) : undefined;
  return looking?.then(async (screened) => {
    if (!screened) return undefined;
    const { destId, fromType, msgId } = message;
    const written: Written = { user: context.caller.userId, place: { msgId, destType: fromType, destId } };
    if (screened.refused >= 0) {
      await noteScreened(context, screened, written);
      refuse('WORD_REFUSED', { field: 'content' });
    }
    const isSame = screened.texts.every((text, i) => text === texts[i]);
    return {
      message: isSame ? message : withTexts(message, json, screened.texts),
      note: () => noteScreened(context, screened, written),
    };
  });
}
