import packageFile from '../../package.json' with { type: 'json' };
import { type Arguments, asksForHelp, Misused, type Print, readArguments, type Shape } from './arguments.ts';
import { explain } from './explain.ts';

interface Command extends Shape {
  readonly about: string;
  run(given: Arguments): Promise<void>;
}

/** A command with commands of its own, which takes its arguments apart itself. */
interface Group {
  readonly usage: string;
  readonly about: string;
  help(args: readonly string[]): Promise<string>;
  runAs(args: readonly string[]): Promise<void>;
}

const print: Print = (text) => void process.stdout.write(`${text}\n`);

/** Commands are loaded when they run, so that `--help` opens nothing. */
const commands: Readonly<Record<string, Command | Group>> = {
  serve: {
    usage: 'serve [--demo]',
    about: 'start the server (what runs without a command)',
    options: { demo: 'boolean' },
    run: async (given) => (await import('./serve.ts')).serve(given.has('demo'), print),
  },
  migrate: {
    usage: 'migrate',
    about: 'bring the database to this version’s schema',
    run: async () => (await import('./migrate.ts')).migrateDatabase(print),
  },
  backup: {
    usage: 'backup [FILE] [--files]',
    about: 'copy the database, also while it is served; with --files the uploads, too',
    options: { files: 'boolean' },
    operands: [0, 1],
    run: async (given) =>
      (await import('./backup.ts')).backup({ file: given.operands[0], withFiles: given.has('files') }, print),
  },
  restore: {
    usage: 'restore FILE [--force] [--without-erasures]',
    about: 'put a backup in place of the database; the server must not run',
    options: { force: 'boolean', 'without-erasures': 'boolean' },
    operands: [1, 1],
    run: async (given) =>
      (await import('./restore.ts')).restore(
        {
          file: given.operands[0] ?? '',
          force: given.has('force'),
          withoutErasures: given.has('without-erasures'),
        },
        print,
      ),
  },
  reconcile: {
    usage: 'reconcile',
    about: 'prove that the books balance; leaves with 1 when they do not',
    run: async () => {
      const holds = await (await import('./reconcile.ts')).reconcileDatabase(print);
      if (!holds) process.exitCode = 1;
    },
  },
  jobs: {
    usage: 'jobs',
    about: 'run every scheduled job once',
    run: async () => (await import('./jobs.ts')).runAllJobs(print),
  },
  health: {
    usage: 'health',
    about: 'ask the running server whether it is ready',
    run: async () => (await import('./health.ts')).checkHealth(print),
  },
  secrets: {
    usage: 'secrets [accept]',
    about: 'say whether the secrets are the database’s own; accept others in place of lost ones',
    operands: [0, 1],
    run: async (given) => (await import('./secrets.ts')).secrets(given.operands[0], print),
  },
  reseal: {
    usage: 'reseal',
    about: 'seal everything under the present DATA_KEY and PAY_PEPPER, also while it is served',
    run: async () => (await import('./reseal.ts')).reseal(print),
  },
  admin: {
    usage: 'admin users | reports | identity | files | payouts | strays | operators | …',
    about: 'carry out an operation: what waits for an operator, people, the audit; --help says how',
    help: async (args) => (await import('./admin/admin.ts')).adminHelp(args),
    runAs: async (args) => (await import('./admin/admin.ts')).admin(args, print),
  },
  audit: {
    usage: 'audit verify [--head SEAL]',
    about: 'prove that the audit of operators’ acts is as it was written; leaves with 1 when it is not',
    options: { head: 'string' },
    operands: [0, 1],
    run: async (given) => (await import('./audit.ts')).audit(given.operands[0], given.value('head'), print),
  },
  files: {
    usage: 'files usage | list | restore | remove',
    about: 'uploads: what they take, what is in the trash, bring back, take down; --help says how',
    help: async (args) => (await import('./files.ts')).filesHelp(args),
    runAs: async (args) => (await import('./files.ts')).files(args, print),
  },
  openapi: {
    usage: 'openapi [--operators]',
    about: 'print the API as OpenAPI 3.1; with --operators that of operators',
    options: { operators: 'boolean' },
    run: async (given) => (await import('./openapi.ts')).printOpenApi(given.has('operators'), print),
  },
  config: {
    usage: 'config [--markdown]',
    about: 'list every setting with its default',
    options: { markdown: 'boolean' },
    run: async (given) => (await import('./config.ts')).printConfig(given.has('markdown'), print),
  },
};

function help() {
  print(`Teahouse 茶馆 ${packageFile.version}: an open, self-hosted social backend with a wallet.\n`);
  print('Usage: teahouse [command]\n');
  for (const { usage, about } of Object.values(commands)) print(`  ${usage.padEnd(50)} ${about}`);
  print('\n"teahouse COMMAND --help" says more. Every command that fails leaves with 1.');
  print('Settings come from environment variables: "teahouse config" lists them.');
}

async function helpOf(command: Command | Group, args: readonly string[]) {
  print(`teahouse ${command.usage}\n  ${command.about}`);
  if ('help' in command) print(`\n${await command.help(args)}`);
}

async function main(argv: readonly string[]): Promise<void> {
  const [first, ...rest] = argv;
  if (first === '--help' || first === '-h' || first === 'help') return help();
  if (first === '--version' || first === '-v') return print(packageFile.version);
  const isOption = first === undefined || first.startsWith('-');
  const name = isOption ? 'serve' : first;
  const args = isOption ? argv : rest;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    throw new Misused(`There is no command "${name}".`, '[command]; "teahouse --help" lists them.');
  if (asksForHelp(args)) return helpOf(command, args);
  await warn(name);
  if ('help' in command) await command.runAs(args);
  else await command.run(readArguments(args, command));
}

/** Of these no setting matters. */
const WITHOUT_SETTINGS = ['openapi', 'config', 'health'];

/** Says what an operator should know of the settings, beside what the command says. */
async function warn(name: string) {
  if (WITHOUT_SETTINGS.includes(name)) return;
  const { unknownSettings, unknownSettingText } = await import('./unknown-settings.ts');
  for (const unknown of unknownSettings(process.env))
    process.stderr.write(`Warning: ${unknownSettingText(unknown)}\n`);
}

/** Ends a command that has failed: what went wrong goes to standard error, and the process leaves with 1. */
function fail(error: unknown): void {
  // What has been printed before goes out first.
  process.exitCode = 1;
  process.stderr.write(`${explain(error)}\n`, () => process.exit(1));
}

if (import.meta.main) {
  // What is made holds people's messages and money: it is this user's alone.
  process.umask(0o077);
  // Whoever reads the output has closed it (`| head`).
  process.stdout.on('error', () => {
    process.stderr.write('The output was closed before all of it was written.\n');
    process.exit(1);
  });
  // What cannot be said is no reason to stop.
  process.stderr.on('error', () => {});
  main(process.argv.slice(2)).catch(fail);
}
