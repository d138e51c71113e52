import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { StatementText } from '../../src/platform/database/query.ts';

/** A statement, and the calls that have prepared it, innermost first: `file:line:column`. */
export interface PreparedStatement extends StatementText {
  readonly calls: readonly string[];
}

/** Every statement that the program prepares, and none that tests do. */
export async function everyStatement(): Promise<readonly PreparedStatement[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/support/statements-process.ts'], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout);
}
