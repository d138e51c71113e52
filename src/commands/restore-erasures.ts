import { resolve } from 'node:path';
import { messageOf } from '../core/message-of.ts';
import { Problem } from '../core/problem.ts';
import type { Settings } from '../core/settings.ts';
import { settleErasures } from '../features/erasures/settle.ts';
import { erasuresFile } from '../homes/bun/data-folder.ts';
import { openBeside } from '../homes/bun/home.ts';
import { toldIn } from '../platform/database/embedded-copy.ts';
import { diskErasures } from '../platform/erasures/disk.ts';
import type { Print } from './arguments.ts';

/**
 * Refuses a backup since which nothing here tells what was taken down, banned or deleted.
 * @returns false where nothing has ever told of it: neither this backup's server nor another one here
 */
export async function refuseUntold(config: Settings, from: string): Promise<boolean> {
  const file = erasuresFile(config);
  const outside = diskErasures(file);
  const { of, last } = toldIn(from);
  const name = of ?? (await outside.newest());
  if (name === undefined) return false;
  const told = await outside.last(name);
  if (told !== undefined && told >= last) return true;
  throw new Problem(
    `${resolve(file)} does not tell what was taken down, banned or deleted since this backup: put it back, or say --without-erasures, and such things come back.`,
  );
}

/** Carries out on the restored database what was taken down, banned or deleted since. */
export async function eraseAgain(config: Settings, print: Print): Promise<void> {
  try {
    const home = await openBeside(config);
    try {
      const acts = await settleErasures(home.platform);
      print(`Since:    ${acts} takedowns, bans and deletions carried out again`);
    } finally {
      await home.close();
    }
  } catch (error) {
    throw new Problem(
      `The backup is restored, but not what was taken down, banned or deleted since. A server does that when it starts. ${messageOf(error)}`,
    );
  }
}
