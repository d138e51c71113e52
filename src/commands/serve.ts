import { readConfig } from '../config.ts';
import type { Settings } from '../core/settings.ts';
import { smsCodeWarnings } from '../features/sms-codes/settings.ts';
import { endingBy, watchFaults } from '../homes/bun/faults.ts';
import { type Server, startServer } from '../homes/bun/server.ts';
import { DEMO_PASSWORD } from '../homes/demo.ts';
import { shownDatabase } from '../platform/database/open.ts';
import { completeStatements } from '../platform/database/query.ts';
import type { Print } from './arguments.ts';
import { demoOperator } from './demo.ts';

function greet(
  config: Settings,
  { url, socketIoPort, operatorsPort }: Server,
  demoLink: string | undefined,
  print: Print,
) {
  print(`Teahouse 茶馆 listens on ${url}`);
  if (config.MODE === 'sandbox') {
    print(
      '  Sandbox: SMS codes come back in the reply and money is play money. Never for real users (MODE=production).',
    );
  }
  if (config.DEMO) print(`  Demo people    mobiles 13800000001 to 13800000006, password ${DEMO_PASSWORD}`);
  if (demoLink) print(`  Demo operator  ${demoLink}`);
  print(`  Database       ${shownDatabase(config)}`);
  if (socketIoPort !== undefined) print(`  Original apps  Socket.IO on port ${socketIoPort}`);
  if (operatorsPort !== undefined) print(`  Operators      http://127.0.0.1:${operatorsPort}/admin`);
  print(`  API reference  ${url}/docs`);
}

/**
 * Serves until SIGINT or SIGTERM; then open calls end, the database is closed, and the process leaves with 0. An
 * exception that nothing has caught ends it the same way, but it leaves with 1.
 */
export async function serve(demo: boolean, print: Print): Promise<void> {
  const config = readConfig({ ...process.env, ...(demo ? { DEMO: '1' } : {}) });
  for (const warning of smsCodeWarnings(config)) process.stderr.write(`Warning: ${warning}\n`);
  completeStatements();
  const server = await startServer(config);
  const link = config.DEMO ? await demoOperator(server) : undefined;
  greet(config, server, link, print);
  const { log } = server.home.platform;
  const end = endingBy(log, server.stop, process.exit);
  // Nobody reads the log any more: open calls end all the same.
  process.stdout.removeAllListeners('error').on('error', () => end(1));
  process.on('SIGINT', () => end(0));
  process.on('SIGTERM', () => end(0));
  watchFaults(log, () => end(1));
}
