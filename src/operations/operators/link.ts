import type { Settings } from '../../core/settings.ts';

/**
 * Where an invitation leads: to the operators' own address, or that of a sandbox, where it is the one. The path alone
 * where neither is known.
 */
export function linkOf(
  { ADMIN_URL, ADMIN_PORT, MODE, PUBLIC_URL, PORT }: Settings,
  invitation: string,
): string {
  const here = (port: number) => `http://127.0.0.1:${port}`;
  const sandbox = MODE === 'sandbox' ? PUBLIC_URL || here(PORT) : '';
  const base = ADMIN_URL || (ADMIN_PORT ? here(ADMIN_PORT) : sandbox);
  return `${base}/admin/invitation?code=${invitation}`;
}
