import { timingSafeEqual } from 'node:crypto';
import { digest } from '../core/sealing.ts';
import type { OperatorCall } from '../operations/operators/operator-call.ts';
import type { LoggedIn } from '../operations/operators/self.ts';

type Session = Pick<LoggedIn, 'session'>;

/** A text that only this server can have given to this session. @param purpose what it stands for */
export const sessionSeal = (
  { keys }: Pick<OperatorCall, 'keys'>,
  { session }: Session,
  purpose: string,
): string => digest(keys.session, `console ${session}`, purpose);

/** What every form of a session carries: no page that another origin makes knows it. */
export const formToken = (call: Pick<OperatorCall, 'keys'>, self: Session): string =>
  sessionSeal(call, self, 'form');

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
