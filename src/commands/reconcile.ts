import { readConfig } from '../config.ts';
import { reconcile } from '../money/holds.ts';
import { openBunHome } from '../platform/home.bun.ts';

/**
 * Proves the invariants of the money, beside a running server or without one.
 * @returns false when something is wrong; what it is has been printed
 */
export async function reconcileDatabase(print: (text: string) => void): Promise<boolean> {
  const config = readConfig(process.env);
  const home = await openBunHome(config, config.PUBLIC_URL);
  const findings = await reconcile(home.platform.db);
  await home.close();
  for (const { check, detail } of findings) print(`WRONG  ${check}: ${detail}`);
  if (findings.length === 0) print('The books balance.');
  return findings.length === 0;
}
