/** A process that transfers money in a bank's file until its standard input ends: `write-process.ts PATH`. */
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { transfer } from './bank.ts';

const executor = bunExecutor(process.argv[2] ?? '');
process.stdin.on('end', () => process.exit()).resume();
for (let journal = 1; ; journal++) {
  // To and fro, so that the money never runs out.
  const [from, to] = journal % 2 === 1 ? [1, 2] : [2, 1];
  await executor.write(Object.values(transfer(journal, from, to, 1)).map((query) => query.statement));
  if (journal === 1) process.stdout.write('writing\n');
}
