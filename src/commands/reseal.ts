import { readConfig } from '../config.ts';
import { SERVER_RUN } from '../core/in-slices.ts';
import { openBeside } from '../homes/bun/home.ts';
import { Refused } from '../operations/refused.ts';
import { reseal as operation } from '../operations/secrets/operations.ts';
import { resealSome } from '../operations/secrets/reseal.ts';
import { secretsStanding } from '../operations/secrets/standing.ts';
import { runAsShell } from './admin/as-shell.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/**
 * `teahouse reseal`: seals everything under the present DATA_KEY and PAY_PEPPER, also while servers run, and says how
 * far it is and which old ones may go. Broken off, it goes on where it was, here or in a server.
 */
export async function reseal(print: Print): Promise<void> {
  const config = readConfig(process.env);
  tellDatabase(config);
  const home = await openBeside(config);
  const { platform } = home;
  try {
    const before = await secretsStanding(platform);
    const goesOn = before.isPresent && before.standing && before.standing.endedAt === null;
    try {
      await runAsShell(platform, operation, {});
    } catch (error) {
      if (!goesOn || !(error instanceof Refused)) throw error;
    }
    for (;;) {
      await resealSome(platform, SERVER_RUN);
      const { standing } = await secretsStanding(platform);
      if (!standing) return;
      print(`Looked at ${standing.looked} rows: ${standing.done} resealed, ${standing.lost} cannot be read.`);
      if (standing.endedAt !== null) break;
    }
    const { standing, needed } = await secretsStanding(platform);
    print('DATA_KEY_OLD may go. Backups made before still need it: keep it with them.');
    const waiting = standing?.waiting ?? 0;
    print(
      needed.PAY_PEPPER.length === 1
        ? 'PAY_PEPPER_OLD may go.'
        : `PAY_PEPPER_OLD must stay: ${waiting} pay passwords go over when they are next entered right.`,
    );
  } finally {
    await home.close();
  }
}
