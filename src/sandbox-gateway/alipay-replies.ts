import { rsaSign } from '../platform/payments/rsa.ts';
import type { DemoAccounts } from './demo-accounts.ts';

/** What the gateway of the open platform, or what is behind it, refuses with. */
export const refusal = (subCode: string, code = '40004') => ({
  code,
  msg: code === '40004' ? 'Business Failed' : 'Invalid Arguments',
  sub_code: subCode,
});

/** A reply as Alipay signs it. */
export function signedReply(accounts: DemoAccounts, method: string, result: object): Response {
  const text = JSON.stringify(result);
  const name = `${method.replaceAll('.', '_')}_response`;
  return new Response(`{"${name}":${text},"sign":${JSON.stringify(rsaSign(accounts.gatewayKey, text))}}`);
}
