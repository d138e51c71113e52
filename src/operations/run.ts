import * as z from 'zod';
import { messageOf } from '../core/message-of.ts';
import { mirrorErasures } from '../features/erasures/mirror.ts';
import { movesMoney } from '../ledger/journal.ts';
import { type Batch, ConstraintViolation } from '../platform/database/db.ts';
import { renamedIfTaken } from '../platform/database/mark.ts';
import type { Platform } from '../realtime/context.ts';
import type { Actor } from './actor.ts';
import { isAllowed } from './allowed.ts';
import { asking, boundBy, isTakenBack } from './approvals/alone.ts';
import { eyesOf } from './approvals/eyes.ts';
import { type Audited, type Record as AuditRecord, audited, writeOpening } from './audit/append.ts';
import {
  type Act,
  type ActOperation,
  type Line,
  type ListOperation,
  type ManyOperation,
  needsReason,
  type Operation,
  type ViewOperation,
} from './operation.ts';
import { REASON_LENGTH, reasonText } from './params.ts';
import { Refused } from './refused.ts';
import { type KeyedOperation, REPLY_TAKEN, remember, rememberIn, repliedBefore } from './replies.ts';

/** Somebody wants an operation carried out; the request's number names their call in the log. */
export interface Wish {
  readonly actor: Actor;
  readonly requestId: string;
  /** The parameters as they came, `reason` and, for a list, `after` among them. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Where the call has an Idempotency-Key. */
  readonly keyed?: KeyedOperation | undefined;
}

/** What an operation answers: JSON text, so that what is remembered is answered letter for letter. */
export interface Answer {
  readonly text: string;
  /** True where an earlier call with the same key did it. */
  readonly isReplay?: true;
}

/** Members that belong to no operation's own parameters. */
const SHARED = ['reason', 'after'] as const;

const ownOf = (given: Wish['given']) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !SHARED.some((shared) => shared === name)));

/** The parameters of an operation, or the first that is wrong. */
function parsed(operation: Operation, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = ownOf(given);
  const unknown = Object.keys(own).find((name) => !Object.hasOwn(operation.params, name));
  if (unknown !== undefined)
    throw new Refused(
      'INVALID_PARAMETER',
      `${operation.name} takes no "${unknown.slice(0, 50)}".`,
      unknown.slice(0, 50),
    );
  const result = z.object(operation.params).safeParse(own);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refused(
    'INVALID_PARAMETER',
    issue?.message ?? 'A parameter is wrong.',
    String(issue?.path[0] ?? ''),
  );
}

function reasonOf(operation: Operation, given: unknown): string {
  if (given !== undefined && (typeof given !== 'string' || given.length > REASON_LENGTH))
    throw new Refused(
      'INVALID_PARAMETER',
      `A reason is a text of up to ${REASON_LENGTH} characters.`,
      'reason',
    );
  const reason = reasonText(given ?? '');
  if (reason === '' && needsReason(operation))
    throw new Refused('REASON_NEEDED', 'Say why: give a reason.', 'reason');
  if (given !== undefined && operation.kind === 'list')
    throw new Refused('INVALID_PARAMETER', 'A list takes no reason.', 'reason');
  return reason;
}

function afterOf(operation: Operation, given: unknown): string | undefined {
  if (given === undefined) return undefined;
  const isKey = typeof given === 'string' && given.length <= 200;
  if (isKey && operation.kind === 'list') return given;
  throw new Refused(
    'INVALID_PARAMETER',
    'Only a list goes on: after the "next" of the page before.',
    'after',
  );
}

/** What an operation was given, looked at without the database. Throws `Refused`. */
export function readGiven(operation: Operation, given: Wish['given']) {
  // Their types are the declaration's own; here they are whatever their codecs have made.
  const input = parsed(operation, given) as Input;
  const reason = reasonOf(operation, given['reason']);
  return { input, reason, after: afterOf(operation, given['after']) };
}

type Input = Readonly<Record<string, never>>;

const happened = (answers: Readonly<Record<string, unknown>>, { marks }: Act) =>
  marks.some((mark) => Number(answers[mark]) > 0);

const answerOf = ({ on, after }: Act) => ({ done: true, on, ...after });

/** What the audit keeps of an act. */
export const recordOf = (
  { actor, requestId }: Pick<Wish, 'actor' | 'requestId'>,
  { name, subject }: Pick<Exclude<Operation, ListOperation>, 'subject'> & { readonly name: string },
  reason: string,
  { on, before, after }: Pick<AuditRecord, 'on' | 'before' | 'after'>,
): AuditRecord => ({ actor, requestId, operation: name, subject, on, reason, before, after });

/** Fails where an act moves money by one operator's word, whatever its operation says of itself. */
function proveMoney(operation: ActOperation | ManyOperation, { batch }: Act): void {
  const isDeclared = operation.movedBy !== undefined || (operation.kind === 'act' && operation.twoEyes);
  if (!isDeclared && movesMoney(batch))
    throw new Error(`${operation.name} moves money by one operator's word.`);
}

/** The key of a call, and what it is answered. */
type Kept = { readonly call: KeyedOperation; readonly reply: string } | undefined;

/**
 * Does one act in its batch. @returns whether it happened
 * @param bound adds to the batch what may take it back
 */
async function doAct(
  home: Platform,
  act: Act,
  record: AuditRecord,
  kept?: Kept,
  bound = ({ batch }: Audited): Batch => batch,
): Promise<boolean> {
  const written = audited(home, act.batch, act.marks, record);
  const reply = kept ? [rememberIn(home, kept.call, kept.reply, written.act)] : [];
  try {
    const batch = { ...bound(written), ...act.behind?.(written.act), 'remembered reply': reply };
    if (!happened(await home.db.write(batch), act)) return false;
  } catch (error) {
    if (act.isAsserted && isTakenBack(error)) return false;
    throw error;
  }
  try {
    // Told out of the database before it is answered: a backup that is restored a moment later knows of it.
    await mirrorErasures(home);
    await act.follow?.();
  } catch (error) {
    // It has happened: the answer says so.
    home.log.error('act not followed', { operation: record.operation, error: messageOf(error) });
  }
  return true;
}

/** Does an act that moves money, or, where it is more than the operator may move alone, asks for a second one. */
async function doOrAsk(home: Platform, operation: ActOperation, wish: Wish, reason: string, act: Act) {
  const { actor, keyed, given } = wish;
  const { money } = act;
  if (!money) throw new Error(`${operation.name} does not say how much it moves.`);
  const eyes = await eyesOf(home, actor);
  const carryOut = async (doing: Act, record: AuditRecord, reply: string, bound?: typeof alone) => {
    const kept = keyed && { call: keyed, reply };
    if (await doAct(home, doing, record, kept, bound)) return { text: reply };
    throw new Refused('NOTHING_DONE', await doing.whyNot());
  };
  const alone = (written: Audited) => boundBy(home, written, eyes.key, money);
  try {
    return await carryOut(act, recordOf(wish, operation, reason, act), JSON.stringify(answerOf(act)), alone);
  } catch (error) {
    if (!isTakenBack(error)) throw error;
  }
  const ask = asking(home, { operation: operation.name, given: ownOf(given), reason, money, actor, eyes });
  const reply = JSON.stringify({ done: false, waits: true, approval: ask.on, on: act.on, ...ask.after });
  return carryOut(ask, recordOf(wish, { name: 'approvals.ask', subject: 'approval' }, reason, ask), reply);
}

async function runAct(
  home: Platform,
  operation: ActOperation,
  wish: Wish,
  reason: string,
  input: Input,
): Promise<Answer> {
  const { keyed } = wish;
  const before = keyed && (await repliedBefore(home, keyed));
  if (before) return { text: before, isReplay: true };
  const once = async () => {
    const act = await operation.run(home, input, reason, wish.actor, wish.requestId);
    proveMoney(operation, act);
    if (operation.twoEyes) return doOrAsk(home, operation, wish, reason, act);
    const answer = answerOf(act);
    const record = recordOf(wish, operation, reason, act);
    // A secret that is told once is not kept: a repeated call is answered without it.
    if (await doAct(home, act, record, keyed && { call: keyed, reply: JSON.stringify(answer) }))
      return { text: JSON.stringify({ ...answer, ...act.told }) };
    throw new Refused('NOTHING_DONE', await act.whyNot());
  };
  try {
    return await renamedIfTaken(once);
  } catch (error) {
    const isLost =
      (error instanceof Refused && error.reason === 'NOTHING_DONE') ||
      (error instanceof ConstraintViolation && error.constraint === REPLY_TAKEN);
    // The same call may have won meanwhile: then its answer is this one's, too.
    const won = keyed && isLost ? await repliedBefore(home, keyed) : undefined;
    if (won) return { text: won, isReplay: true };
    throw error;
  }
}

async function doLine(
  home: Platform,
  operation: ManyOperation,
  wish: Wish,
  reason: string,
  { line, act }: Line,
) {
  if (typeof act === 'string') return { ...line, done: false, why: act };
  proveMoney(operation, act);
  const isDone = await renamedIfTaken(() => doAct(home, act, recordOf(wish, operation, reason, act)));
  return isDone ? { ...line, done: true } : { ...line, done: false, why: await act.whyNot() };
}

async function runMany(
  home: Platform,
  operation: ManyOperation,
  wish: Wish,
  reason: string,
  input: Input,
): Promise<Answer> {
  const { keyed } = wish;
  const before = keyed && (await repliedBefore(home, keyed));
  if (before) return { text: before, isReplay: true };
  const lines = await operation.run(home, input, reason, wish.actor);
  const results: Awaited<ReturnType<typeof doLine>>[] = [];
  for (const line of lines) results.push(await doLine(home, operation, wish, reason, line));
  const done = results.filter((result) => result.done).length;
  const text = JSON.stringify({ done: done > 0, count: done, of: results.length, lines: results });
  if (keyed) await remember(home, keyed, text);
  return { text };
}

async function runView(
  home: Platform,
  operation: ViewOperation,
  wish: Wish,
  reason: string,
  input: Input,
): Promise<Answer> {
  const { on, answer, opened } = await operation.read(home, input, wish.actor);
  // Written before anything is shown: who was shown it stands in the audit, whatever comes of the answer.
  if (operation.unseals) await writeOpening(home, recordOf(wish, operation, reason, { on, after: opened }));
  return { text: JSON.stringify(answer) };
}

/**
 * Carries an operation out, for whoever it is: looks at the role, the parameters and the reason, does the act and
 * writes it into the audit as one, or shows what was asked for. Throws `Refused`; then nothing was written.
 */
export async function runOperation(home: Platform, operation: Operation, wish: Wish): Promise<Answer> {
  if (!isAllowed(wish.actor, operation))
    throw new Refused('NOT_ALLOWED', `Your role may not do ${operation.name}.`);
  const { input, reason, after } = readGiven(operation, wish.given);
  switch (operation.kind) {
    case 'act':
      return runAct(home, operation, wish, reason, input);
    case 'many':
      return runMany(home, operation, wish, reason, input);
    case 'view':
      return runView(home, operation, wish, reason, input);
    case 'list':
      return { text: JSON.stringify(await operation.read(home, input, after, wish.actor)) };
  }
}
