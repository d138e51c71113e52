/**
 * `npm run test:attack -- [BASE] [--socketio URL] [--only NAME,NAME] [--seed N] [--patience MS] [--part N] [--list]`
 *
 * Attacks a server, and measures meanwhile how long a neighbour's `/healthz` and payments wait. BASE is a sandbox
 * that runs already; without it the suite starts servers of its own, of the kind that TARGET names (`bun`,
 * `binary`, `bun-sqld`, `workers`). `--part 0.3` sends only three tenths of the packets that go by the thousand. Ends with 1 where an attack was not held.
 */
import { parseArgs } from 'node:util';
import { teardown } from '../../support/built.ts';
import { chosenSeed, seeded } from '../../support/seeded.ts';
import type { Attack } from './attack.ts';
import { attacks } from './attacks/index.ts';
import { type Siege, sieges } from './siege.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    socketio: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    patience: { type: 'string', default: '250' },
    part: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
});

const print = (line: string) => void process.stdout.write(`${line}\n`);
const wanted = values.only?.split(',');
const chosen = attacks.filter(({ name }) => !wanted || wanted.includes(name));
const seed = values.seed === undefined ? chosenSeed() : Number(values.seed) >>> 0;

const row = (cells: readonly (string | number)[]) =>
  print(cells.map((cell, at) => String(cell).padEnd([24, 8, 12, 12, 0][at] ?? 0)).join(' '));

function report({ name }: Attack, siege: Siege) {
  if ('skipped' in siege) return row([name, '-', '-', '-', `skipped: ${siege.skipped}`]);
  const { tried, waits, broken } = siege;
  row([name, tried, `${waits.health} ms`, `${waits.payment} ms`, broken.length === 0 ? 'held' : 'BROKEN']);
  for (const each of broken) print(`    ${each}`);
}

async function main(): Promise<boolean> {
  const patience = Number(values.patience);
  print(`seed ${seed}; a neighbour may wait ${patience} ms longer than on a quiet server`);
  row(['attack', 'tried', 'healthz', 'payment', '']);
  const { besiege, end } = sieges({
    base: positionals[0],
    socketIoUrl: values.socketio,
    part: Number(values.part),
    patience,
    random: () => seeded(seed),
  });
  let allHeld = true;
  try {
    for (const each of chosen) {
      const siege = await besiege(each);
      report(each, siege);
      if ('broken' in siege && siege.broken.length > 0) allHeld = false;
    }
  } finally {
    await end();
  }
  return allHeld && chosen.length > 0;
}

if (values.list) for (const { name, about } of attacks) print(`${name.padEnd(24)} ${about}`);
else {
  const allHeld = await main().finally(teardown);
  process.exit(allHeld ? 0 : 1);
}
