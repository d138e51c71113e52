import type * as z from 'zod';
import type { Fen } from '../core/fen.ts';
import type { UserId } from '../core/ids.ts';
import type { Batch } from '../platform/database/db.ts';
import type { Platform } from '../realtime/context.ts';
import type { Actor, Role } from './actor.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Input<Params extends Shape> = { readonly [Name in keyof Params]: z.output<Params[Name]> };

/** Facts of an act for its audit and its answer. Nothing sealed: no ID number, no whole card number. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What an operation is done to, or shows. */
export const SUBJECTS = [
  'user',
  'group',
  'message',
  'moment',
  'address',
  'payout',
  'report',
  'queue item',
  'stray',
  'refund',
  'payment',
  'operator',
  'token',
  'audit',
  'bank file',
  'file',
  'comment',
  'note',
  'takedown',
  'announcement',
  'notice',
  'level',
  'gift',
  'number-type',
  'number',
  'release',
  'approval',
  'transfer',
  'packet',
  'journal',
  'books',
  'word',
  'review',
  'secrets',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What every operation declares. Everything else about it follows: command, call, document, form, help, tests. */
interface Declared<Params extends Shape> {
  /** Subject and verb, as `payouts.settle`: `teahouse admin payouts settle`, `POST /admin/api/payouts/settle`. */
  readonly name: `${string}.${string}`;
  /** The roles that may. An owner and the machine's user may everything, and need no mention. */
  readonly roles: readonly Role[];
  /** One line for help, document and form. */
  readonly about: string;
  /** What it takes, by name (`params.ts`). `reason` is nobody's own: every act and every opening of a seal takes one. */
  readonly params: Params;
  /** The parameters that the shell takes by position, in order; the others are options. */
  readonly operands?: readonly (keyof Params & string)[];
}

/** What an act moves: more than `ADMIN_TWO_EYES` of one person's money per operator and day needs a second operator. */
export interface Money {
  readonly fen: Fen;
  /** The person who gains or loses by it; null where the money is nobody's. */
  readonly whom: UserId | null;
}

/** What an act comes to, before it has happened. */
export interface Act {
  /** The number of what it is done to. */
  readonly on: number | string;
  /** Its statements, the conditions in their SQL. */
  readonly batch: Batch;
  /**
   * The statements of the batch that change rows if, and only if, the act happens. Of several one at most does. The
   * audit's row stands right behind, in the same batch.
   */
  readonly marks: readonly string[];
  readonly before?: Facts;
  readonly after?: Facts;
  /** What its answer says and nothing keeps: a secret that is shown once. Of no act with `danger`, whose answer is kept. */
  readonly told?: Facts;
  /** What others may be let do at once when it has happened, and a job does later where this fails. */
  follow?(): Promise<void>;
  /** What else its batch does if it happens. @param act its mark in the audit, for `isWritten` */
  behind?(act: string): Batch;
  /** Of an operation with `twoEyes`: whose money it moves, and how much. */
  readonly money?: Money;
  /** True where its batch ends with an assertion (`rows_changed`) that takes it back: then nothing was done. */
  readonly isAsserted?: true;
  /** Says, in one line, why nothing was done. It only chooses the words. */
  whyNot(): Promise<string>;
}

/** One of many acts of an operation that takes a list, as a file of the bank. */
export interface Line {
  /** What names it to the operator. */
  readonly line: Facts;
  /** What is done; or why this line does nothing at all. */
  readonly act: Act | string;
}

/**
 * By whose word money moves, where it is not one operator's. Its owner has begun it, as a withdrawal, or an act before
 * has, for which two operators may have been needed. Or two operators want it.
 */
type MovedBy = 'its owner' | 'two operators';

export interface ActOperation<Params extends Shape = Shape> extends Declared<Params> {
  readonly kind: 'act';
  readonly subject: Subject;
  /** True where it must not be done without a reason. */
  readonly needsReason?: true;
  /** True where it moves money or shuts somebody out: a form asks twice, and the API takes an Idempotency-Key. */
  readonly danger?: true;
  /**
   * True where it moves money by an operator's word alone. Its acts say how much (`money`), and the runner keeps those
   * waiting that are more than one operator may do: they are run again, as whoever asked, when a second one approves.
   */
  readonly twoEyes?: true;
  /** The runner refuses to carry out what moves money and declares neither this nor `twoEyes`. */
  readonly movedBy?: MovedBy;
  /** The member of the answer that the shell prints in place of `Done.` */
  readonly printed?: string;
  run(home: Platform, input: Input<Params>, reason: string, actor: Actor, requestId: string): Promise<Act>;
}

/** An operation of many acts, each in a batch of its own: what one line is refused for hinders no other. */
export interface ManyOperation<Params extends Shape = Shape> extends Declared<Params> {
  readonly kind: 'many';
  readonly subject: Subject;
  readonly needsReason?: true;
  readonly danger?: true;
  readonly movedBy?: MovedBy;
  /** Throws `Refused` where the list itself cannot be read: then nothing is done. */
  run(home: Platform, input: Input<Params>, reason: string, actor: Actor): Promise<readonly Line[]>;
}

/** A page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many there are in all, on every page together. */
  readonly total: number;
  /** What `after` takes for the next page; null on the last. */
  readonly next: string | null;
}

export interface ListOperation<Params extends Shape = Shape, Row extends z.ZodType = z.ZodType>
  extends Declared<Params> {
  readonly kind: 'list';
  readonly row: Row;
  /** The word behind the count, as `3 waiting`. */
  readonly counted: string;
  /** What the shell says, and leaves with 1, where the list is empty: for a list that looks for somebody. */
  readonly whenNone?: string;
  /** @param after where the page before ended (`Page.next`), checked by the list itself */
  read(
    home: Platform,
    input: Input<Params>,
    after: string | undefined,
    actor: Actor,
  ): Promise<Page<z.output<Row>>>;
}

/** What a view shows, and of what. */
export interface Shown<Answer> {
  readonly on: number | string;
  readonly answer: Answer;
  /** What the audit keeps of an opened seal: of which things, never what stood beneath it. */
  readonly opened?: Facts;
}

export interface ViewOperation<Params extends Shape = Shape, Answer extends z.ZodType = z.ZodType>
  extends Declared<Params> {
  readonly kind: 'view';
  readonly subject: Subject;
  readonly answer: Answer;
  /** True where it shows what is sealed: then it needs a reason, and is written into the audit before it answers. */
  readonly unseals?: true;
  /** The member that the shell prints as it stands. */
  readonly printed?: string;
  /** Throws `Refused` where there is nothing to show. */
  read(home: Platform, input: Input<Params>, actor: Actor): Promise<Shown<z.output<Answer>>>;
}

export type Operation = ActOperation | ManyOperation | ListOperation | ViewOperation;

/** Declares an act: one thing done to one subject. */
export const operation = <Params extends Shape>(
  declared: Omit<ActOperation<Params>, 'kind'>,
): ActOperation<Params> => ({ ...declared, kind: 'act' });

/** Declares an operation of many acts. */
export const manyActs = <Params extends Shape>(
  declared: Omit<ManyOperation<Params>, 'kind'>,
): ManyOperation<Params> => ({ ...declared, kind: 'many' });

/** Declares a list. It pages by key and counts truly. */
export const listing = <Params extends Shape, Row extends z.ZodType>(
  declared: Omit<ListOperation<Params, Row>, 'kind'>,
): ListOperation<Params, Row> => ({ ...declared, kind: 'list' });

/** Declares a view of one thing. */
export const viewing = <Params extends Shape, Answer extends z.ZodType>(
  declared: Omit<ViewOperation<Params, Answer>, 'kind'>,
): ViewOperation<Params, Answer> => ({ ...declared, kind: 'view' });

/** Whether it writes into the audit. */
export const isAudited = (operation: Operation): boolean =>
  operation.kind === 'view' ? operation.unseals === true : operation.kind !== 'list';

/** Whether it is refused without a reason. */
export const needsReason = (operation: Operation): boolean => {
  if (operation.kind === 'list') return false;
  return operation.kind === 'view' ? operation.unseals === true : operation.needsReason === true;
};

/** Whether it may wait for a second operator. */
export const needsTwoEyes = (operation: Operation): boolean =>
  operation.kind === 'act' && operation.twoEyes === true;

/** Whether it takes an Idempotency-Key over the API. */
export const isDangerous = (operation: Operation): boolean =>
  (operation.kind === 'act' || operation.kind === 'many') && operation.danger === true;
