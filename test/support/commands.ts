import { execFile } from 'node:child_process';
import { teahouseProgram } from './built.ts';
import type { SharedDatabase } from './database.ts';

export interface Ended {
  readonly exit: number;
  readonly lines: readonly string[];
}

/**
 * Runs `teahouse …` in a process of its own on a database; on which one it says itself, which is left out here.
 * @param settings beside those that name the database
 */
export const teahouseOn =
  (database: SharedDatabase, settings: Readonly<Record<string, string>> = {}) =>
  (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      // vitest has a MODE of its own
      const env = { PATH: process.env['PATH'], MODE: 'sandbox', ...database.settings, ...settings };
      execFile(teahouseProgram(), args, { env }, (error, stdout, stderr) => {
        const lines = `${stdout}${stderr}`.trim().split('\n');
        resolve({
          exit: Number(error?.code ?? 0),
          lines: lines.filter((line) => !line.startsWith('On the database ')),
        });
      });
    });
