import type { Server } from 'bun';
import type { Clock } from '../../core/clock.ts';
import { MINUTE_MS } from '../../platform/limiter/limiter.ts';
import { CLOSE } from '../../realtime/feed.ts';
import { byeFrame } from '../../realtime/frames.ts';
import type { Goodbye, Sockets } from '../../realtime/sockets.ts';
import type { BunSocket } from './bun-socket.ts';

/** Floods that hear of it over a WebSocket, per minute. The limit by address bounds other refusals. */
export const FLOODS_TOLD = 1000;

/** A socket that hears why it ends. The line itself may stay until it is idle for too long, as any line of HTTP may. */
const turnedAway = ({ code, reason }: Goodbye): BunSocket => ({
  open(socket) {
    socket.send(byeFrame(code, reason));
    socket.close(code, reason);
  },
  message() {},
  heartbeat() {},
  drain() {},
  close() {},
});

/** Tells by WebSocket why nobody is let in. */
export function turningAway(clock: Clock, server: Server<BunSocket>): Sockets['turnAway'] {
  let until = 0;
  let floods = 0;
  const maySayMore = () => {
    const now = clock.now();
    if (until <= now) [until, floods] = [now + MINUTE_MS, 0];
    floods += 1;
    return floods <= FLOODS_TOLD;
  };
  return (request, goodbye) => {
    if (goodbye.code === CLOSE.tooMany && !maySayMore()) return undefined;
    const isUpgraded = server.upgrade(request, { data: turnedAway(goodbye) });
    return isUpgraded ? new Response(null) : undefined; // Bun has answered already
  };
}
