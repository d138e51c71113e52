import { systemClock } from '../../src/core/clock.ts';
import type { CodeAnswer, CodeMessage } from '../../src/features/scan-login/code.ts';
import type { Shake as ShakeMessage, Shaken } from '../../src/features/shake/matcher.ts';
import { memoryLive } from '../../src/homes/bun/live.ts';
import type { PageAnswer, PageMessage } from '../../src/http/page-memory.ts';
import type { Actors } from '../../src/platform/live/live.ts';
import { memoryActors } from '../../src/platform/live/memory.ts';
import { startWorker } from './miniflare.ts';
import { type Note, type Noted, notebook } from './notebook.ts';

/** The cores of one adapter. */
export interface LiveAdapter {
  readonly notebooks: Actors<Note, Noted>;
  readonly pages: Actors<PageMessage, PageAnswer>;
  readonly scanCodes: Actors<CodeMessage, CodeAnswer>;
  readonly shake: Actors<ShakeMessage, Shaken>;
  stop(): Promise<unknown>;
}

export interface DurableAdapter extends LiveAdapter {
  /** Throws the object of a class and name out of memory. */
  evict(className: 'Notebook' | 'Pages' | 'ScanCode' | 'Shake', name: string): Promise<void>;
}

export const inMemory = async (): Promise<LiveAdapter> => ({
  notebooks: memoryActors<Note, Noted, string>(notebook, systemClock),
  ...memoryLive(systemClock),
  stop: async () => {},
});

/** Durable Objects under the real workerd. */
export async function inDurableObjects(): Promise<DurableAdapter> {
  const entry = new URL('./live-worker.ts', import.meta.url).pathname;
  const { url, stop, evict } = await startWorker(entry, {
    NOTEBOOK: 'Notebook',
    PAGES: 'Pages',
    SCAN_CODES: 'ScanCode',
    SHAKE: 'Shake',
  });
  const actors = <Message, Answer>(binding: string): Actors<Message, Answer> => ({
    async send(name, message) {
      const body = JSON.stringify(message);
      const response = await fetch(`${url}/${binding}/${name}`, { method: 'POST', body });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Answer; // what the core of this binding answered
    },
  });
  return {
    notebooks: actors('NOTEBOOK'),
    pages: actors('PAGES'),
    scanCodes: actors('SCAN_CODES'),
    shake: actors('SHAKE'),
    stop,
    evict,
  };
}
