import * as z from 'zod';
import { JSON_BOUNDS, type JsonBounds, readJson } from '../core/text/json.ts';

/**
 * What a client of `WS /im` may send (docs/realtime.md). An answer repeats the message's name, whatever is wrong
 * with the message, so that a name has an end. The ping's text is fixed, so that a Durable Object
 * can answer it in its sleep.
 */
export const PING = '{"op":"ping"}';
export const PONG = '{"op":"pong"}';

/** No message has more members, whatever an app adds of its own. */
export const FRAME_BOUNDS: JsonBounds = { ...JSON_BOUNDS, members: 2000 };

const frame = z.discriminatedUnion('op', [
  z.object({ op: z.literal('ping') }),
  z.object({ op: z.literal('ack'), seq: z.int().min(0) }),
  z.object({ op: z.literal('send'), message: z.looseObject({ msgId: z.string().max(64) }) }),
]);
export type ClientFrame = z.output<typeof frame>;
/** Every kind of frame that a client may send. */
export const CLIENT_OPS: readonly ClientFrame['op'][] = frame.options.map(({ shape }) => shape.op.value);

/** The frame of a text; undefined for anything else. */
export function parseFrame(text: string): ClientFrame | undefined {
  return frame.safeParse(readJson(text, FRAME_BOUNDS)).data;
}

const made = { seq: 0, message: '', frame: '' };
/** An event with its place; `message` is JSON text. What a group hears goes to many, one after another: it is made once. */
export function messageFrame(seq: number, message: string): string {
  if (made.seq === seq && made.message === message) return made.frame;
  made.seq = seq;
  made.message = message;
  made.frame = `{"op":"message","seq":${seq},"message":${message}}`;
  return made.frame;
}
/** An event that has no place, because it is not stored. */
export const noticeFrame = (message: string) => `{"op":"message","message":${message}}`;
/** Before all else: events up to this place have gone that the client may never have been sent. */
export const gapFrame = (seq: number) => `{"op":"gap","seq":${seq}}`;
/** All that waited has been sent. */
export const liveFrame = (seq: number) => `{"op":"live","seq":${seq}}`;

/** The last frame: why the server closes. A client closes at once, should the closing itself not come through. */
export const byeFrame = (code: number, reason: string) => JSON.stringify({ op: 'bye', code, reason });
