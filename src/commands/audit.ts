import { readConfig } from '../config.ts';
import { Problem } from '../core/problem.ts';
import { openBeside } from '../homes/bun/home.ts';
import { type Verified, verifyAudit } from '../operations/audit/verify.ts';
import { Misused, type Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/** How the audit stands, in a line. */
function standing({ acts, seals, head, unsealed }: Verified): string {
  const tail = unsealed ? `Not sealed yet: acts ${unsealed.from} to ${unsealed.to}.` : 'All are sealed.';
  return `${acts} acts, ${seals} seals. ${tail}${head ? ` Newest seal: ${head}` : ''}`;
}

/**
 * `teahouse audit verify [--head H]`: recomputes every seal of the audit, and looks for one that was written down
 * elsewhere. Throws `Problem`, a line for each thing that is wrong.
 */
export async function audit(
  action: string | undefined,
  head: string | undefined,
  print: Print,
): Promise<void> {
  if (action !== 'verify') throw new Misused('Say what to do.', 'audit verify [--head SEAL]');
  const config = readConfig(process.env);
  tellDatabase(config);
  const home = await openBeside(config);
  try {
    const { db, keys, clock } = home.platform;
    const verified = await verifyAudit(db, keys.audit, clock.now(), head);
    print(standing(verified));
    if (verified.faults.length > 0) throw new Problem(verified.faults.join('\n'));
    print('The audit is as it was written.');
  } finally {
    await home.close();
  }
}
