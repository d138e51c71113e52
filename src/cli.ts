import packageFile from '../package.json' with { type: 'json' };
import { BadConfig } from './config.ts';

interface Command {
  readonly usage: string;
  readonly about: string;
  run(args: readonly string[]): Promise<void>;
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Commands are loaded when they run, so that `--help` opens nothing. */
const commands: Readonly<Record<string, Command>> = {
  serve: {
    usage: 'serve [--demo]',
    about: 'start the server (what runs without a command)',
    run: async (args) => (await import('./commands/serve.ts')).serve(args, print),
  },
  migrate: {
    usage: 'migrate',
    about: 'bring the database to this version’s schema',
    run: async () => (await import('./commands/migrate.ts')).migrateDatabase(print),
  },
  backup: {
    usage: 'backup [FILE] [--files]',
    about: 'copy the embedded database, also while it is served; with --files the uploads, too',
    run: async (args) => (await import('./commands/backup.ts')).backup(args, print),
  },
  restore: {
    usage: 'restore FILE [--force]',
    about: 'put a backup in place of the database; the server must not run',
    run: async (args) => (await import('./commands/restore.ts')).restore(args, print),
  },
  reconcile: {
    usage: 'reconcile',
    about: 'prove that the books balance; leaves with 1 when they do not',
    run: async () => {
      const holds = await (await import('./commands/reconcile.ts')).reconcileDatabase(print);
      if (!holds) process.exitCode = 1;
    },
  },
  jobs: {
    usage: 'jobs',
    about: 'run every scheduled job once',
    run: async () => (await import('./commands/jobs.ts')).runAllJobs(print),
  },
  health: {
    usage: 'health',
    about: 'ask the running server whether it is ready',
    run: async () => (await import('./commands/health.ts')).checkHealth(print),
  },
  admin: {
    usage: 'admin users | reports | identity | payouts | strays',
    about: 'decide what waits for an operator; says how when asked without more',
    run: async (args) => (await import('./commands/admin.ts')).admin(args, print),
  },
  openapi: {
    usage: 'openapi',
    about: 'print the API as OpenAPI 3.1',
    run: async () => (await import('./commands/openapi.ts')).printOpenApi(print),
  },
  config: {
    usage: 'config [--markdown]',
    about: 'list every setting with its default',
    run: async (args) =>
      (await import('./commands/config.ts')).printConfig(args.includes('--markdown'), print),
  },
};

function help() {
  print(`Teahouse 茶馆 ${packageFile.version}: an open, self-hosted social backend with a wallet.\n`);
  print('Usage: teahouse [command]\n');
  for (const { usage, about } of Object.values(commands)) print(`  ${usage.padEnd(50)} ${about}`);
  print('\nSettings come from environment variables: "teahouse config" lists them.');
}

async function main(argv: readonly string[]) {
  const [first, ...rest] = argv;
  if (first === '--help' || first === '-h' || first === 'help') return help();
  if (first === '--version' || first === '-v') return print(packageFile.version);
  const isOption = first === undefined || first.startsWith('-');
  const name = isOption ? 'serve' : first;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new BadConfig([`There is no command "${name}"; "teahouse --help" lists them.`]);
  await command.run(isOption ? argv : rest);
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    // The stack as text: shown as an object, an error of the executable comes with its minified source.
    console.error(error instanceof BadConfig ? error.message : error instanceof Error ? error.stack : error);
    process.exit(1);
  });
}
