import { isAllowed } from '../operations/allowed.ts';
import type { Operation } from '../operations/operation.ts';
import { keyedOperation } from '../operations/replies.ts';
import { runOperation } from '../operations/run.ts';
import type { OwnVisit } from './visit.ts';

type Given = Readonly<Record<string, unknown>>;

/** What an operation answered, as JSON has it. */
export interface Done {
  readonly answer: Readonly<Record<string, unknown>>;
  /** Whether an earlier send of the same form did it. */
  readonly isReplay: boolean;
}

/**
 * Carries an operation out for the operator whose page it is, as the API does. Throws `Refused`, also where the role
 * may not.
 * @param key the form's own, so that a form that is sent twice does it once
 */
export async function carryOut(
  { call, actor }: OwnVisit,
  operation: Operation,
  given: Given,
  key?: string,
): Promise<Done> {
  const isAct = operation.kind === 'act' || operation.kind === 'many';
  const keyed =
    key !== undefined && isAct && isAllowed(actor, operation)
      ? keyedOperation(call, actor.id, operation.name, given, key)
      : undefined;
  const wish = { actor, requestId: call.requestId, given, keyed };
  const { text, isReplay = false } = await runOperation(call, operation, wish);
  return { answer: JSON.parse(text), isReplay };
}
