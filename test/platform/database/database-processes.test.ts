import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { nodeExecutor } from '../../../src/platform/database/executor.node.ts';
import { openBank, rows } from '../../support/bank.ts';

const OPENING = 500;
/** States that the reads must have met: the other process did write meanwhile. */
const STATES = 50;
const total = rows('SELECT sum(balance) FROM wallets');
const ann = rows('SELECT balance FROM wallets WHERE id = 1');
const annPosted = rows('SELECT coalesce(sum(amount), 0) FROM postings WHERE wallet_id = 1');
const posted = rows('SELECT count(*) FROM postings');

test.each([
  ['bun:sqlite', bunExecutor],
  ['better-sqlite3', nodeExecutor],
] as const)('%s: another process writes between two reads, never within one', async (_, executorOn) => {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-processes-'));
  const path = join(folder, 'bank.db');
  const executor = executorOn(path);
  await openBank(executor, OPENING);
  const writer = spawn(process.execPath, ['test/support/write-process.ts', path], { stdio: 'pipe' });
  try {
    await once(writer.stdout, 'data');
    const seen = new Set<unknown>();
    while (seen.size < STATES && writer.exitCode === null) {
      await new Promise((resolve) => setImmediate(resolve));
      const results = await executor.read([total, ann, annPosted, posted]);
      const [[sum] = [], [balance] = [], [moved] = [], [count] = []] = results.map(({ rows: [row] }) => row);
      expect(sum).toBe(OPENING);
      expect(balance).toBe(OPENING + Number(moved));
      seen.add(count);
    }
    expect(seen.size).toBe(STATES);
  } finally {
    const gone = once(writer, 'exit');
    writer.kill('SIGKILL');
    await gone;
    await executor.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
