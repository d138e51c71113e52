import { readConfig } from '../config.ts';
import { chinaDateText } from '../core/china-time.ts';
import type { Settings } from '../core/settings.ts';
import {
  hiddenUploads,
  type Upload,
  uploadsOf,
  usageOfAll,
  usageOfOwner,
} from '../features/uploads/operate.ts';
import { openBeside } from '../homes/bun/home.ts';
import * as operations from '../operations/files/operations.ts';
import { isEmbedded } from '../platform/database/is-embedded.ts';
import { type Action, userOf } from './action.ts';
import { runAsShell } from './admin/as-shell.ts';
import { Misused, type Print, readArguments } from './arguments.ts';
import { tellDatabase } from './database.ts';

const STATES = ['live', 'trash', 'taken down', 'gone'] as const;
const LISTS = { trash: 1, down: 2, gone: 3 } as const;
const isList = (text: string): text is keyof typeof LISTS => Object.hasOwn(LISTS, text);

const lineOf = ({ key, ownerId, bytes, contentType, state, stateSince }: Upload) =>
  [key, ownerId ?? 'nobody', bytes, contentType, STATES[state], chinaDateText(stateSince)].join('\t');

/** Where the store is elsewhere, its server's job follows. */
const done = (config: Settings) =>
  isEmbedded(config) ? 'Done.' : 'Done; its server follows within a minute.';

/** An operator's reason, for the audit. */
const REASON = { reason: 'string' } as const;

const actions: Readonly<Record<string, Action>> = {
  usage: {
    usage: 'files usage [USER]',
    about: 'how many files and bytes are kept, of all or of one user, and how many are in the trash',
    operands: [0, 1],
    async run({ platform: { db } }, { operands: [user] }, print) {
      if (user !== undefined) {
        const { files, bytes } = await usageOfOwner(db, userOf(user));
        return print(`kept\t${files} files\t${bytes} bytes`);
      }
      const { all, trash } = await usageOfAll(db);
      print(`kept\t${all?.files ?? 0} files\t${all?.bytes ?? 0} bytes\t${all?.owners ?? 0} owners`);
      print(`trash\t${trash?.files ?? 0} files\t${trash?.bytes ?? 0} bytes`);
    },
  },
  list: {
    usage: 'files list trash | down | gone | USER',
    about:
      'key, owner, bytes, type, state and since when, of what is not served, or of all that a user uploaded',
    operands: [1, 1],
    async run({ platform: { db } }, { operands: [what = ''] }, print) {
      const rows = isList(what) ? hiddenUploads(db, LISTS[what]) : uploadsOf(db, userOf(what));
      for await (const row of rows) print(lineOf(row));
    },
  },
  restore: {
    usage: 'files restore KEY --reason TEXT | --all --reason TEXT',
    about: '"admin files restore" and "restore-all": serve a file again, or empty the trash back',
    options: { ...REASON, all: 'boolean' },
    operands: [0, 1],
    async run({ platform }, given, print) {
      const [file] = given.operands;
      const reason = given.value('reason');
      if (given.has('all') === (file !== undefined))
        throw new Misused('Name one file, or say --all.', 'files restore KEY | --all');
      if (file === undefined) {
        const text = await runAsShell(platform, operations.restoreAll, { reason });
        const { lines } = JSON.parse(text) as { lines: readonly { files: number; done: boolean }[] }; // our own
        const files = lines.reduce((sum, line) => sum + (line.done ? line.files : 0), 0);
        print(`${files} files come back.`);
      } else await runAsShell(platform, operations.restore, { file, reason });
      print(done(platform.config));
    },
  },
  remove: {
    usage: 'files remove KEY --reason TEXT',
    about: '"admin files remove": take a file down, with its smaller copy; "restore" brings it back',
    options: REASON,
    operands: [1, 1],
    async run({ platform }, given, print) {
      const [file] = given.operands;
      await runAsShell(platform, operations.remove, { file, reason: given.value('reason') });
      print(done(platform.config));
    },
  },
};

/** What an operator can do to uploads, a line each. */
export function filesHelp([name]: readonly string[]): string {
  const only = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
  const chosen = only ? [only] : Object.values(actions);
  const width = Math.max(...chosen.map(({ usage }) => usage.length));
  return chosen.map(({ usage, about }) => `  teahouse ${usage.padEnd(width)}  ${about}`).join('\n');
}

/** `teahouse files`: uploads, for an operator. A key may be given as a URL. */
export async function files(args: readonly string[], print: Print): Promise<void> {
  const [name = ''] = args;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new Misused('Say what to do.', `files ${Object.keys(actions).join(' | ')}`);
  const given = readArguments(args.slice(1), action);
  const config: Settings = readConfig(process.env);
  tellDatabase(config);
  const home = await openBeside(config);
  try {
    await action.run(home, given, print);
  } finally {
    await home.close();
  }
}
