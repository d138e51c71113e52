import * as z from 'zod';
import { FROM, isClientType, MESSAGE } from '../../realtime/message-types.ts';

/** UTF-16 units of a message's content. */
export const MAX_CONTENT = 16_384;

/** Apps send numbers as numbers or as text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
]);
const msgId = z.string().regex(/^[\x21-\x7e]{1,64}$/);
const isClean = (value: string) => value.isWellFormed() && !value.includes('\0');

/**
 * A message as an app sends it: the original's message object (docs/original.md#the-message-object), of which these
 * keys count. The app does not decide who sends it, and when.
 */
export const clientMessage = z
  .object({
    msgId,
    fromType: number.pipe(z.literal([FROM.person, FROM.group])),
    destId: number.pipe(z.int().min(1)),
    messageType: number.pipe(z.int()).refine(isClientType),
    content: z
      .union([z.string(), z.number().transform(String)])
      .default('')
      .refine((value) => value.length <= MAX_CONTENT && isClean(value)),
  })
  .refine(({ messageType, content }) => content !== '' || messageType === MESSAGE.read);

export type ClientMessage = z.output<typeof clientMessage>;

/** The message in what came over a socket; undefined where it is none. */
export const messageIn = (given: unknown): ClientMessage | undefined => clientMessage.safeParse(given).data;

const NO_HEAD = { msgId: '', messageType: -1, content: '' };

/**
 * What an answer names, and what says whether a message is looked at: of anything at all, empty where it is not
 * there.
 */
export const messageHead = z
  .object({
    msgId: msgId.catch(NO_HEAD.msgId),
    messageType: number.catch(NO_HEAD.messageType),
    content: z.string().catch(NO_HEAD.content),
  })
  .catch(NO_HEAD);
