import { createLog } from '../../src/core/log.ts';
import { watchFaults } from '../../src/homes/bun/faults.ts';

// Commits the fault that its argument names, and goes on: prints `serves` every 20 ms until it is ended.
const log = createLog((line) => void process.stdout.write(`${line}\n`), Date.now);
watchFaults(log, () => {
  process.stdout.write('ends\n');
  process.exitCode = 1;
  clearInterval(serving);
});
const serving = setInterval(() => process.stdout.write('serves\n'), 20);
setTimeout(() => {
  if (process.argv[2] === 'rejection') void Promise.reject(new Error('unheard'));
  else throw new Error('thrown');
}, 50);
