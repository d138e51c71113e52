/** A process that migrates a database file as soon as it is told to: `migrate-process.ts PATH`. */
import { once } from 'node:events';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { isMigrated } from './migrated.ts';

process.stdout.write('ready\n');
await once(process.stdin, 'data');
const executor = bunExecutor(process.argv[2] ?? '');
const applied = await migrate(executor, 0);
process.stdout.write(JSON.stringify({ applied, complete: await isMigrated(executor) }));
await executor.close();
process.exit(0);
