import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type Erasure, type Erasures, inOrder } from './erasures.ts';

const lineShape = z.object({
  of: z.string(),
  id: z.number().int(),
  kind: z.string(),
  key: z.string(),
  isUndone: z.number(),
  at: z.number(),
});
type Line = z.output<typeof lineShape>;

/** A line that was torn by a power cut is in the database still, and is written again. */
function lineOf(text: string): Line[] {
  try {
    const line = lineShape.safeParse(JSON.parse(text));
    return line.success ? [line.data] : [];
  } catch {
    return [];
  }
}

/** The first line of a database, before its first act. */
const beginning = (of: string): Line => ({ of, id: 0, kind: '', key: '', isUndone: 0, at: 0 });

/** A new name is on the disk once its folder is. Windows opens no folders, and needs none of this. */
function syncFolderOf(path: string) {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** One file to which lines are added, each on the disk before it counts as told. */
export function diskErasures(path: string): Erasures {
  const read = (): Line[] =>
    existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean).flatMap(lineOf) : [];
  /** What this process has told or found: looked up on the disk once. */
  const known = new Map<string, number>();
  const lastOf = (of: string): number | undefined => {
    const told = known.get(of);
    if (told !== undefined) return told;
    const ids = read().flatMap((line) => (line.of === of ? [line.id] : []));
    if (ids.length === 0) return undefined;
    const last = ids.reduce((most, id) => Math.max(most, id), 0);
    known.set(of, last);
    return last;
  };
  return {
    last: async (of) => lastOf(of),
    after: async (of, id) =>
      inOrder(
        read().flatMap(({ of: whose, ...rest }): Erasure[] => (whose === of && rest.id > id ? [rest] : [])),
      ),
    async append(of, erasures) {
      const isNew = !existsSync(path);
      const lines = erasures.length > 0 ? erasures.map((one): Line => ({ of, ...one })) : [beginning(of)];
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = openSync(path, 'a', 0o600);
      try {
        // A line of its own, whatever a power cut has left before.
        writeSync(file, `\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      if (isNew) syncFolderOf(path);
      known.set(of, Math.max(lastOf(of) ?? 0, ...lines.map(({ id }) => id)));
    },
    newest: async () => read().at(-1)?.of,
  };
}
