import { parseCardNumber } from '../../src/features/bank-cards/number.ts';
import { payDigests } from '../../src/features/pay-password/guard.ts';
import { reconcile } from '../../src/holds.ts';
import { md5Of } from '../../src/http/params.ts';
import type { Person, TestApp } from './app.ts';
import { change } from './bank.ts';

/** The pay password of people whom `withPayPassword` equips, as clients send it. */
export const PAY_PASSWORD = md5Of('135790');

/** A code sent to the person's own mobile. Moves the clock, because a number gets one in 30 seconds. */
export async function smsCodeOf(app: TestApp, who: Person): Promise<string> {
  app.clock.advance(31_000);
  return (await app.call('/chat/getValidateNum', { mobile: who.mobile })).data.info;
}

/** Gives the person `PAY_PASSWORD`, straight into the database: no code, no moved clock. */
export async function withPayPassword({ platform, clock, executor }: TestApp, who: Person): Promise<void> {
  const { payDigest } = payDigests(platform, who.id, PAY_PASSWORD);
  const values = [who.id, payDigest ?? '', clock.now()];
  await executor.write([
    change('INSERT INTO pay_passwords (user_id, digest, updated_at) VALUES (?, ?, ?)', ...values),
  ]);
}

/** A number with these first digits and this length whose check digit is right. */
export function cardNumberFrom(prefix: string, length: number): string {
  const body = prefix.padEnd(length - 1, '0');
  const found = Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find((each) =>
    parseCardNumber(each),
  );
  return found ?? '';
}

/** Every invariant of the money holds; for `afterEach` of whatever moves money. Throws with what is wrong. */
export async function expectBalancedBooks(app: TestApp): Promise<void> {
  const findings = await reconcile(app.platform.db);
  if (findings.length > 0)
    throw new Error(findings.map(({ check, detail }) => `${check}: ${detail}`).join('\n'));
}
