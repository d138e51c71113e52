import { refuse } from '../../http/failure.ts';
import { hostOf } from './door.ts';
import type { OperatorCall } from './operator-call.ts';

/** The origins whose pages are ours: as it is set, and as the browser has called us. */
function isOurs(call: OperatorCall, origin: string): boolean {
  const { config, publicUrl, request } = call;
  if (config.ADMIN_URL && origin === config.ADMIN_URL) return true;
  if (config.MODE === 'sandbox' && origin === publicUrl) return true;
  return URL.parse(origin)?.host === hostOf(request);
}

/** Whether a request comes from a page of ours, as its browser says. @param isSaid whether it must say so */
function isFromUs(call: OperatorCall, isSaid: boolean): boolean {
  const origin = call.header('origin');
  const site = call.header('sec-fetch-site');
  if (origin !== undefined && !isOurs(call, origin)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return !isSaid || origin !== undefined || site === 'same-origin';
}

/**
 * Refuses `FOREIGN_ORIGIN` for a call that another site's page makes its visitor's browser send. A call with a cookie
 * must say where it comes from, because a browser adds the cookie by itself.
 */
export function refuseForeign(call: OperatorCall, hasCookie: boolean): void {
  if (!isFromUs(call, hasCookie)) refuse('FOREIGN_ORIGIN');
}
