import type { Settings } from '../core/settings.ts';
import { networkFetch, openPayments, openPayouts } from '../platform/payments/open.ts';
import type { Payouts } from '../platform/payments/payout-port.ts';
import type { Payments } from '../platform/payments/port.ts';
import { sandboxPayments, sandboxPayouts } from '../sandbox-gateway/gateway.ts';
import type { Tools } from '../sandbox-gateway/trades.ts';

/** The providers of the accounts that the settings name; a sandbox plays those that are missing itself. */
export const createPayments = (config: Settings, publicUrl: string, tools: Tools): Payments =>
  openPayments(
    config,
    publicUrl,
    { ...tools, fetch: networkFetch },
    sandboxPayments(config, publicUrl, tools),
  );

/** The payer of withdrawals, in the same way. */
export const createPayouts = (config: Settings, publicUrl: string, tools: Tools): Payouts =>
  openPayouts(config, { ...tools, fetch: networkFetch }, sandboxPayouts(config, publicUrl, tools));
