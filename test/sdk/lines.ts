import type { Shown } from '../../sdk/src/realtime/event.ts';
import type { ClientFrame, LineEvents, OpenLine } from '../../sdk/src/realtime/index.ts';

/** A line whose other end is the test. */
export interface HeldLine {
  readonly after: number | undefined;
  readonly said: ClientFrame[];
  readonly events: LineEvents;
  isClosed: boolean;
}

/** Opens lines and keeps them for the test, in their order. */
export function heldLines(): { readonly open: OpenLine; readonly lines: HeldLine[] } {
  const lines: HeldLine[] = [];
  const open: OpenLine = (_, after, events) => {
    const line: HeldLine = { after, said: [], events, isClosed: false };
    lines.push(line);
    return {
      send: (frame) => void line.said.push(frame),
      close: () => {
        line.isClosed = true;
      },
    };
  };
  return { open, lines };
}

/** A text as a socket shows it. */
export const shownText = (content: string): Shown => ({
  id: 5,
  msgId: content,
  fromId: 100_001,
  fromType: 1,
  destId: 100_002,
  content,
  messageType: 2,
  sendTime: 1,
  receiveTime: 1,
  devType: 1,
});
