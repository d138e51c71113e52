import type { Log } from '../../core/log.ts';
import { messageOf } from '../../core/message-of.ts';

const describe = (error: unknown) => (error instanceof Error && error.stack ? error.stack : messageOf(error));

/**
 * What becomes of a fault that nothing has caught. A promise that failed unheard was one call's or one socket's:
 * it is logged, and everybody is served on. An exception may have left something half done in memory that all
 * share (never in the database): it is logged and `end` is called, once.
 */
export function watchFaults(log: Log, end: () => void): void {
  let isEnding = false;
  process.on('unhandledRejection', (reason) => log.error('unhandled rejection', { error: describe(reason) }));
  process.on('uncaughtException', (error) => {
    log.error('uncaught exception', { error: describe(error) });
    if (!isEnding) end();
    isEnding = true;
  });
}

/**
 * What ends the process: in order by `stop`, then with the code that is asked for. Asked a second time, or where
 * `stop` fails, it ends at once and with 1: nobody would be served any more by a server that has half stopped.
 * @param exit leaves the process
 */
export function endingBy(
  log: Log,
  stop: () => Promise<void>,
  exit: (code: number) => void,
): (code: number) => Promise<void> {
  let isEnding = false;
  return async (code) => {
    if (isEnding) return exit(1);
    isEnding = true;
    try {
      await stop();
      exit(code);
    } catch (error) {
      log.error('not stopped in order', { error: describe(error) });
      exit(1);
    }
  };
}
