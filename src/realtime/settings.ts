import * as z from 'zod';
import { type SettingsOf, whole } from '../core/settings.ts';

/** How apps connect for messages. */
export const realtimeSettings = {
  IM_SOCKETIO: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off`: no Socket.IO port for the original apps is opened. A Worker never has one.'),
  IM_SOCKETIO_PORT: whole(9092, 0, 65535).describe(
    'TCP port where the original apps look for messages (Socket.IO); 0 takes a free one, and so does PORT=0.',
  ),
  RATE_PER_SOCKET: whole(3000, 300).describe(
    'Frames a minute that the sockets of a user may send, whatever they say, before they are closed. What acknowledges an event counts nothing.',
  ),
} as const;

declare module '../core/settings.ts' {
  interface Settings extends SettingsOf<typeof realtimeSettings> {}
}
