import type { OperatorActor, Role } from '../operations/actor.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperatorCall } from '../operations/operators/operator-call.ts';
import type { LoggedIn } from '../operations/operators/self.ts';
import type { Speech } from './words/speak.ts';

/** A request of a page, whoever makes it. */
export interface Visit {
  readonly call: OperatorCall;
  readonly speech: Speech;
  /** Path and parameters as they were asked for. */
  readonly url: URL;
}

/** A request of an operator who is logged in. */
export interface OwnVisit extends Visit {
  readonly self: LoggedIn & { readonly role: Role };
  readonly actor: OperatorActor;
  /** What this operator may do, and nothing else: pages show nothing that is not in it. */
  readonly allowed: readonly Operation[];
  /** What every form of this session carries. */
  readonly token: string;
}

export const isOwn = (visit: Visit): visit is OwnVisit => 'self' in visit;

/** The operation of this name, where this operator may do it. */
export const mayDo = ({ allowed }: OwnVisit, name: string): Operation | undefined =>
  allowed.find((operation) => operation.name === name);
