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
    'Most frames per minute, whatever they say, from all sockets of a user; beyond it the server closes them. Acknowledgements of events count nothing.',
  ),
} as const;

declare module '../core/settings.ts' {
  interface Settings extends SettingsOf<typeof realtimeSettings> {}
}
