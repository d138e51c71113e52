import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { randomText } from '../../core/random.ts';
import { refuse } from '../../http/failure.ts';
import { p } from '../../platform/database/query.ts';
import type { CallerContext, Context, OpenContext } from '../../realtime/context.ts';
import { prepareSession } from '../sessions/begin.ts';
import { newNumber, numberIn } from './qcode.ts';

const PC = 3;
const digestOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');
const numberOf = (scanned: string) => numberIn(scanned) ?? refuse('FOREIGN_CODE');

/**
 * Between yes and login the phone may have been logged out, or its user disabled. The session that said yes may
 * itself be of kind 3: then this very batch has just ended it.
 */
const begin = prepareSession<{ approvedIn: number }>(
  sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND status = ${USER.valid})
    AND EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${p('approvedIn')} AND user_id = ${p('user')}
      AND (ended_at IS NULL OR (device = ${PC} AND ended_at = ${p('now')})))`,
);

/** Shows a new code on the page that asks. The ticket is for that page alone. */
export async function showCode(context: Context): Promise<{ number: string; ticket: string }> {
  const number = newNumber(context.random);
  const ticket = randomText(context.random, 32);
  const page = { device: (context.header('user-agent') ?? '').slice(0, 200), address: context.address };
  const shown = await context.live.scanCodes.send(number, { do: 'show', ticket: digestOf(ticket), page });
  if (shown.is !== 'shown') throw new Error('A new code was there already.');
  return { number, ticket };
}

/** The caller has scanned a code. @returns where it is shown; refuses `FOREIGN_CODE`, `CODE_GONE` */
export async function scan(context: OpenContext, user: UserId, scanned: string) {
  const number = numberOf(scanned);
  await context.authenticate();
  const answer = await context.live.scanCodes.send(number, { do: 'scan', user });
  return answer.is === 'scanned' ? answer.page : refuse('CODE_GONE');
}

/** The caller lets the page in whose code they have scanned. Refuses `FOREIGN_CODE`, `NOT_SCANNED`. */
export async function approve(context: CallerContext, scanned: string): Promise<void> {
  const number = numberOf(scanned);
  await context.authenticate();
  const { userId, sessionId } = context.caller;
  const answer = await context.live.scanCodes.send(number, {
    do: 'approve',
    user: userId,
    session: sessionId,
  });
  if (answer.is !== 'approved') refuse('NOT_SCANNED');
}

/**
 * The page asks for its login; it is given once.
 * Refuses `FOREIGN_CODE`, `WAITING` (with how far it is), and `CODE_GONE`, which a wrong ticket is told, too.
 */
export async function collect(context: Context, scanned: string, ticket: string) {
  const number = numberOf(scanned);
  const answer = await context.live.scanCodes.send(number, { do: 'collect', ticket: digestOf(ticket) });
  if (answer.is === 'waiting') refuse('WAITING', { state: answer.scanned ? 'scanned' : 'shown' });
  if (answer.is !== 'approved') refuse('CODE_GONE');
  const userId = answer.user as UserId; // the id of the caller who approved
  const token = await begin(context, { userId, device: PC, uuid: '' }, { approvedIn: answer.session });
  return { userId, token: token ?? refuse('CODE_GONE') };
}
