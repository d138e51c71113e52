import type { ShellActor } from '../../operations/actor.ts';
import type { Operation } from '../../operations/operation.ts';
import { runOperation } from '../../operations/run.ts';
import type { Platform } from '../../realtime/context.ts';
import { machineUser } from './machine-user.ts';

/**
 * Carries an operation out as the shell does.
 * @returns its answer as JSON text; throws `Refused` where nothing was done
 */
export async function runAsShell(
  home: Platform,
  operation: Operation,
  given: Readonly<Record<string, unknown>>,
): Promise<string> {
  const actor: ShellActor = { kind: 'shell', user: machineUser() };
  const requestId = `shell-${Buffer.from(home.random.bytes(6)).toString('hex')}`;
  return (await runOperation(home, operation, { actor, requestId, given })).text;
}
