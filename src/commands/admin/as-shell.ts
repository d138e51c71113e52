import { userInfo } from 'node:os';
import type { ShellActor } from '../../operations/actor.ts';
import type { Operation } from '../../operations/operation.ts';
import { runOperation } from '../../operations/run.ts';
import type { Platform } from '../../realtime/context.ts';

/** The user of this machine. A container's may have no name. */
function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

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
