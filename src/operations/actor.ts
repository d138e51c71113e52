import type { OperatorId } from '../core/ids.ts';
import type { Call } from '../http/call.ts';
import type { Platform } from '../realtime/context.ts';

/** What an operator may be, from the least to the most. An owner may do what everybody else may. */
export const ROLES = ['viewer', 'support', 'moderator', 'finance', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** A person's session, or a program's token. */
export interface OperatorActor {
  readonly kind: 'operator';
  readonly id: OperatorId;
  readonly name: string;
  readonly role: Role;
  /** From where they call. */
  readonly address: string;
  /** Of a token: the operations that it is good for (`payouts.list`, or `payouts.*`). Absent: all of its role's. */
  readonly scopes?: readonly string[];
}

/** `teahouse admin`: the machine's user, who has every role. */
export interface ShellActor {
  readonly kind: 'shell';
  readonly user: string;
}

/** What the server does by itself. */
export interface JobActor {
  readonly kind: 'job';
  readonly name: string;
}

/** Whoever carries out an operation. */
export type Actor = OperatorActor | ShellActor | JobActor;

/** Whoever acts, as what they leave names them: an assignee, the author of a note, who laid a step. */
export function nameOf(actor: Actor): string {
  if (actor.kind === 'shell') return `${actor.user} (shell)`;
  return actor.kind === 'operator' && actor.scopes ? `${actor.name} (token)` : actor.name;
}

/**
 * Tells who makes a call of the operators' side; undefined where nobody known does. The composing root hands it to
 * the operators' API, which itself knows no passwords, sessions or tokens.
 */
export type IdentifyOperator = (call: Call & Platform) => Promise<OperatorActor | undefined>;
