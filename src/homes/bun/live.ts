import type { Clock } from '../../core/clock.ts';
import { cores } from '../../live-cores.ts';
import type { Live } from '../../platform/live/live.ts';
import { memoryActors } from '../../platform/live/memory.ts';

/** Live state of a server that is one process. */
export const memoryLive = (clock: Clock): Live => ({
  pages: memoryActors(cores.pages, clock),
  scanCodes: memoryActors(cores.scanCodes, clock),
  shake: memoryActors(cores.shake, clock),
});
