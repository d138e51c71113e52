import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Settings } from '../../core/settings.ts';
import { alipayAccount, transferScene, wechatAccount } from './accounts.ts';
import { alipayGateway } from './alipay.ts';
import { alipayPayouts } from './alipay-transfer.ts';
import type { PayoutGateway, Payouts } from './payout-port.ts';
import type { Fetch, PaymentGateway, Payments, Provider } from './port.ts';
import { wechatGateway } from './wechat.ts';

export interface PaymentTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
}

/** Addresses of the providers are fixed by the settings; a redirect to another is no answer of theirs. */
export const networkFetch: Fetch = (url, init) => fetch(url, { ...init, redirect: 'manual' });

function openGateway(
  provider: Provider,
  config: Settings,
  publicUrl: string,
  { clock, random, fetch }: PaymentTools,
): PaymentGateway | undefined {
  if (provider === 'alipay') {
    const account = alipayAccount(config, publicUrl);
    return account && alipayGateway(account, clock, fetch);
  }
  const account = wechatAccount(config, publicUrl);
  return account && wechatGateway(account, clock, random, fetch);
}

/**
 * The gateways of the accounts that the settings name; each is opened when it is first asked for.
 * @param fallback who stands in for a provider without an account (the sandbox's gateway)
 */
export function openPayments(
  config: Settings,
  publicUrl: string,
  tools: PaymentTools,
  fallback: Payments = async () => undefined,
): Payments {
  const opened = new Map<Provider, PaymentGateway>();
  return async (provider) => {
    const known = opened.get(provider) ?? openGateway(provider, config, publicUrl, tools);
    if (!known) return fallback(provider);
    opened.set(provider, known);
    return known;
  };
}

/**
 * The payer of withdrawals: Alipay, where the settings name an account in certificate mode. Whether new ones are
 * given to it is another setting's word: what was given to it before must be asked about all the same.
 * @param playing who pays in a sandbox, whatever accounts are named: its money is given away, and must not become
 *   real
 */
export function openPayouts(
  config: Settings,
  { clock, fetch }: Omit<PaymentTools, 'random'>,
  playing: Payouts,
): Payouts {
  if (config.MODE === 'sandbox') return playing;
  let opened: PayoutGateway | undefined;
  return async () => {
    const account = opened ? undefined : alipayAccount(config, '');
    if (account?.certificates)
      opened = alipayPayouts(
        { ...account, certificates: account.certificates },
        transferScene(config),
        clock,
        fetch,
      );
    return opened;
  };
}
