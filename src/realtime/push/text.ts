import * as z from 'zod';
import { readJson } from '../../core/text/json.ts';
import { EVENT, FROM, isOwnType } from '../message-types.ts';

/** An event that a phone should show. */
export interface PushEvent {
  readonly type: number;
  readonly fromType: number;
  readonly fromId: number;
  readonly destId: number;
  readonly content: string;
  /** The sender's name, and the group's where there is one. */
  readonly fromName: string | null;
  readonly groupName: string | null;
}

const MAX_CHARACTERS = 100;
const spoken = z.looseObject({ content: z.string().optional(), msgString: z.string().optional() });

/** The text inside a JSON content; the placeholder where an app has written something else. */
function inner(content: string, placeholder: string): string {
  const { content: text, msgString } = spoken.safeParse(readJson(content)).data ?? {};
  return text || msgString || placeholder;
}

const text = (content: string) => content;
const fixed = (shown: string) => () => shown;

/** What the original tells phones of (docs/original.md#routing), and name cards, mentions, money and reminders. */
const TEXTS: Readonly<Record<number, (content: string) => string>> = {
  2: text,
  3: fixed('[图片]'),
  4: fixed('[文件]'),
  16: fixed('[语音留言]'),
  28: fixed('[名片]'),
  29: fixed('[位置]'),
  30: fixed('[小视频]'),
  31: fixed('[阅后即焚]'),
  34: (content) => inner(content, '[表情]'),
  35: (content) => inner(content, '[有人@我]'),
  [EVENT.friendRequested]: fixed('[加好友]'),
  [EVENT.redPacketSent]: fixed('[红包]'),
  [EVENT.transferSent]: fixed('[转账]'),
  [EVENT.reminder]: (content) => inner(content, '[提醒]'),
};

/** What a phone shows of a type that an app has invented. */
const OF_AN_APP = '[新消息]';

/** Message types that are pushed, beside those that apps invent. */
export const PUSHED_TYPES: readonly number[] = Object.keys(TEXTS).map(Number);

function shortened(body: string): string {
  const characters = [...body];
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join('')}…` : body;
}

/**
 * What a phone shows: from whom, or from which group, and the text or what takes its place.
 * @param app the app's name, for what nobody has sent
 */
export function noticeOf(event: PushEvent, app: string) {
  const body = shortened(TEXTS[event.type]?.(event.content) ?? (isOwnType(event.type) ? OF_AN_APP : ''));
  const { fromType, fromId, destId, type } = event;
  const data = {
    messageType: String(type),
    fromType: String(fromType),
    fromId: String(fromId),
    destId: String(destId),
  };
  const from = event.fromName || app;
  if (fromType === FROM.group)
    return { title: event.groupName || app, body: `${from}: ${body}`, conversation: `group-${destId}`, data };
  const title = fromType === FROM.system ? app : from;
  return { title, body, conversation: `user-${fromId}`, data };
}
