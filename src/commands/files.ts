import { readConfig } from '../config.ts';
import { chinaDateText } from '../core/china-time.ts';
import type { Settings } from '../core/settings.ts';
import {
  hiddenUploads,
  keyNamed,
  restoreAll,
  restoreUpload,
  takeDownUpload,
  type Upload,
  uploadsOf,
  usageOfAll,
  usageOfOwner,
} from '../features/uploads/operate.ts';
import { settleUploads } from '../features/uploads/states.ts';
import { type BunHome, openBeside } from '../homes/bun/home.ts';
import { isEmbedded } from '../platform/database/open.ts';
import { type Action, NothingDone, userOf } from './action.ts';
import { Misused, type Print, readArguments } from './arguments.ts';
import { tellDatabase } from './database.ts';

const STATES = ['live', 'trash', 'taken down', 'gone'] as const;
const LISTS = { trash: 1, down: 2, gone: 3 } as const;
const isList = (text: string): text is keyof typeof LISTS => Object.hasOwn(LISTS, text);

const lineOf = ({ key, ownerId, bytes, contentType, state, stateSince }: Upload) =>
  [key, ownerId ?? 'nobody', bytes, contentType, STATES[state], chinaDateText(stateSince)].join('\t');

/**
 * The store follows at once where it is this machine's: with an embedded database. Where it is elsewhere, its server's
 * job does that within a minute.
 */
async function follow({ platform }: BunHome, print: Print): Promise<void> {
  if (!isEmbedded(platform.config)) return print('Done; its server follows within a minute.');
  while ((await settleUploads(platform)) > 0);
  print('Done.');
}

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
    usage: 'files restore KEY | --all',
    about:
      'serve a file again that is in the trash or was taken down; --all empties the trash back. They stay from then on',
    options: { all: 'boolean' },
    operands: [0, 1],
    async run(home, given, print) {
      const [key] = given.operands;
      if (given.has('all') === (key !== undefined))
        throw new Misused('Name one file, or say --all.', 'files restore KEY | --all');
      if (key === undefined) print(`${await restoreAll(home.platform)} files come back.`);
      else if (!(await restoreUpload(home.platform, keyNamed(key))))
        throw new NothingDone(
          'No such file can come back: it is served, its bytes are gone, or there never was one.',
        );
      await follow(home, print);
    },
  },
  remove: {
    usage: 'files remove KEY',
    about: 'take a file down, with its smaller copy: its URL says 410; "restore" brings it back',
    operands: [1, 1],
    async run(home, { operands: [key = ''] }, print) {
      if (!(await takeDownUpload(home.platform, keyNamed(key))))
        throw new NothingDone('There is no such file, or it is down already.');
      await follow(home, print);
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
