import { Problem } from '../../core/problem.ts';
import type { Executor, Statement } from './executor.ts';

/**
 * Keeps every writer of a database out while somebody copies it page by page: other processes, Workers, and programs of
 * other versions as well, because the database itself refuses them. Each table gets triggers that refuse a change while
 * a lease in `instance` runs. The lease has to be renewed every few seconds, by the database's own clock, so that the
 * pause ends by itself where the command dies. Ordinary writes pay nothing: without a pause there are no triggers.
 */
const LEASE = 'writes_paused';
/** How long the pause outlives the last sign of the command, in seconds. */
export const LEASE_SECONDS = 12;
const RENEW_MS = 3000;
const TRIGGER = 'pause_';
const OPERATIONS = ['INSERT', 'UPDATE', 'DELETE'] as const;

type Params = Statement['params'];
const change = (sql: string, ...params: Params): Statement => ({ sql, params, kind: 'change' });
const query = (sql: string, ...params: Params): Statement => ({ sql, params, kind: 'rows' });
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const UNTIL = 'CAST(value AS INTEGER)';
/** Condition: somebody's lease runs. */
const IN_FORCE = `EXISTS (SELECT 1 FROM instance WHERE name = '${LEASE}' AND ${UNTIL} > unixepoch())`;
/** Of a row of `instance`: it is the lease of the holder that the parameter names. */
const IS_OWN = `name = '${LEASE}' AND value LIKE '% ' || ?`;
const VALUE = `(unixepoch() + ${LEASE_SECONDS}) || ' ' || ?`;

/** Ends the batch, and nothing of it is kept, unless the condition holds. */
const insist = (condition: string, ...params: Params) =>
  change(
    `INSERT INTO instance (name, value) SELECT '${LEASE}_lost', NULL WHERE NOT (${condition})`,
    ...params,
  );

const triggersOf = (table: string) => OPERATIONS.map((operation) => `${TRIGGER}${table}_${operation}`);

function guards(table: string): readonly Statement[] {
  return OPERATIONS.map((operation) => {
    const row = operation === 'INSERT' ? 'NEW' : 'OLD';
    const except = table === 'instance' ? `${row}.name <> '${LEASE}' AND ` : '';
    return change(`CREATE TRIGGER IF NOT EXISTS ${quoted(`${TRIGGER}${table}_${operation}`)}
      BEFORE ${operation} ON ${quoted(table)} WHEN ${except}${IN_FORCE}
      BEGIN SELECT RAISE(ABORT, 'refused: ${LEASE}'); END`);
  });
}

const drops = (triggers: readonly string[]) =>
  triggers.map((name) => change(`DROP TRIGGER IF EXISTS ${quoted(name)}`));

const LOST = () =>
  new Problem(
    'The pause of writes was interrupted. No backup was made: try again when the server is quieter.',
  );

async function take(executor: Executor, holder: string) {
  const [taken] = await executor.write([
    change(
      `INSERT INTO instance (name, value) VALUES ('${LEASE}', ${VALUE})
        ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE CAST(instance.value AS INTEGER) <= unixepoch()`,
      holder,
    ),
  ]);
  if (taken?.changes !== 1)
    throw new Problem(
      `Another backup keeps writes paused, or was broken off a moment ago. No backup was made: try again in ${LEASE_SECONDS} seconds.`,
    );
}

const renewal = (holder: string) =>
  change(`UPDATE instance SET value = ${VALUE} WHERE ${IS_OWN} AND ${UNTIL} > unixepoch()`, holder, holder);

/** Whether the database has one of its own rows for this holder still. */
const isOwn = (holder: string): readonly [string, string] => [
  `EXISTS (SELECT 1 FROM instance WHERE ${IS_OWN})`,
  holder,
];

async function install(executor: Executor, tables: readonly string[], holder: string) {
  const results = await executor.write([
    insist(...isOwn(holder)),
    ...tables.flatMap(guards),
    renewal(holder),
  ]);
  if (results.at(-1)?.changes !== 1) throw LOST();
}

/** @returns whether the lease ran until now, without a gap */
async function lift(executor: Executor, tables: readonly string[], holder: string): Promise<boolean> {
  // Where it is another's by now, so are the triggers.
  const results = await executor.write([
    insist(...isOwn(holder)),
    query(`DELETE FROM instance WHERE ${IS_OWN} RETURNING ${UNTIL} > unixepoch()`, holder),
    ...drops(tables.flatMap(triggersOf)),
  ]);
  return results[1]?.rows[0]?.[0] === 1;
}

/** Renews the lease until it is told to stop. A renewal that gets lost is made up for by the next, in time. */
function keepLease(executor: Executor, holder: string) {
  let isLost = false;
  const renew = async () => {
    const renewed = await executor.write([renewal(holder)]).catch(() => undefined);
    if (renewed?.[0]?.changes === 0) isLost = true;
  };
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(renew);
  }, RENEW_MS);
  return {
    /** Throws `Problem` where the pause is known to have ended. */
    check() {
      if (isLost) throw LOST();
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/**
 * Does some work while nobody can write to these tables. Throws `Problem` where somebody else's pause runs, or where
 * this one did not last until the work had ended: then others may have written meanwhile.
 * @param holder names this pause among others; no two are alike
 * @param work is given a check, for between its steps, whether it is worth going on
 */
export async function whileWritesPaused(
  executor: Executor,
  tables: readonly string[],
  holder: string,
  work: (check: () => void) => Promise<void>,
): Promise<void> {
  await take(executor, holder);
  const lease = keepLease(executor, holder);
  let isWhole = false;
  try {
    await install(executor, tables, holder);
    await work(lease.check);
  } finally {
    await lease.stop();
    isWhole = await lift(executor, tables, holder).catch(() => false);
  }
  if (!isWhole) throw LOST();
}

/** Takes away what a pause has left that was broken off. One that runs is let be. */
export async function sweepPause(executor: Executor): Promise<void> {
  const [found] = await executor.read([
    query(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND substr(name, 1, ?) = ?",
      TRIGGER.length,
      TRIGGER,
    ),
  ]);
  const left = (found?.rows ?? []).map(([name]) => String(name));
  if (left.length === 0) return;
  const [running] = await executor.read([query(`SELECT ${IN_FORCE}`)]);
  if (running?.rows[0]?.[0] === 1) return;
  await executor.write([
    insist(`NOT ${IN_FORCE}`),
    change(`DELETE FROM instance WHERE name = '${LEASE}'`),
    ...drops(left),
  ]);
}

/** Forgets the lease in a copy, which was made while it ran. */
export const FORGET_LEASE = `DELETE FROM instance WHERE name = '${LEASE}'`;
