import { settleUploads } from '../../features/uploads/states.ts';
import { isEmbedded } from '../../platform/database/is-embedded.ts';
import type { Platform } from '../../realtime/context.ts';
import type { Actor } from '../actor.ts';

/**
 * Lets the store show or hide at once what has changed. A shell whose database is elsewhere does not know the store:
 * there the server's job does that within a minute, as it does for what fails here.
 */
export async function followFiles(home: Platform, actor: Actor): Promise<void> {
  const isShell = actor.kind === 'shell';
  if (isShell && !isEmbedded(home.config)) return;
  // A call lets some follow, a shell all of them.
  while ((await settleUploads(home)) > 0 && isShell);
}
