import type { UserId } from '../core/ids.ts';
import type { PasswordCost } from '../core/password-cost.ts';
import type { Asked, Called, Home, HttpPlatform, OfTheWayIn, PerhapsCalled } from '../http/context.ts';
import type { Challenge } from '../platform/challenge/challenge.ts';
import type { Erasures } from '../platform/erasures/erasures.ts';
import type { Files, Thumbnails } from '../platform/files/files.ts';
import type { Payouts } from '../platform/payments/payout-port.ts';
import type { Payments } from '../platform/payments/port.ts';
import type { Push } from '../platform/push/push.ts';
import type { Sms } from '../platform/sms/sms.ts';
import type { Doorbell } from './doorbell.ts';
import type { Sockets } from './sockets.ts';

/** What a home (Bun or Workers) provides. On Bun it is made once, on Workers for each request. */
export interface Platform extends HttpPlatform {
  /** What a password's hash costs: less in tests alone. */
  readonly passwordCost: PasswordCost;
  readonly files: Files;
  readonly thumbnails: Thumbnails;
  readonly sms: Sms;
  /** The vendor that proves that a person asks for a code; none where nobody does. */
  readonly challenge: Challenge | undefined;
  /** Used by a job alone: no call waits for a push. */
  readonly push: Push;
  readonly payments: Payments;
  /** Used by a job alone: no call waits for a bank. */
  readonly payouts: Payouts;
  readonly doorbell: Doorbell;
  /** Where acts are told that no restored backup may undo. */
  readonly erasures: Erasures;
  readonly sockets: Sockets;
}

/** What the entry hands to the application beside a request. */
export type AppHome = Home<Platform>;

/** By whom something is done, be it a call of theirs or a job that does it for them. */
export type Acting = Pick<Platform, 'clock' | 'ids' | 'random'> & {
  readonly caller: { readonly userId: UserId };
};

/** What every handler gets. */
export interface Context extends Omit<Platform, OfTheWayIn | 'push' | 'payouts'>, Asked {}

/** What the handler of an open endpoint gets. */
export interface OpenContext extends Context, PerhapsCalled {}

/** What the handler of an endpoint for logged-in users gets. */
export interface CallerContext extends Context, Called {}
