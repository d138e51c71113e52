import { restoringFile, takingFileDown } from '../../features/takedowns/file.ts';
import { keyNamed, restoringMany, unnamedUploads, uploadOf } from '../../features/uploads/operate.ts';
import type { Platform } from '../../realtime/context.ts';
import { type Line, manyActs, operation } from '../operation.ts';
import { text } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { followFiles } from './follow.ts';

const STATES = ['served', 'in the trash', 'taken down', 'gone'] as const;
/** How a file stands, as lists and the audit say it. */
const stateText = (state: number): string => STATES[state] ?? 'unknown';

const about = {
  roles: ['moderator'],
  subject: 'file',
  params: { file: text('file’s key or URL', 500) },
  operands: ['file'],
  needsReason: true,
  danger: true,
} as const;

const stateOf = async ({ db }: Platform, key: string) => {
  const found = await uploadOf(db, key);
  return found && { file: stateText(found.state), owner: found.ownerId };
};

const DOWN_ALREADY = 'There is no such file, or it is down already.';

export const remove = operation({
  ...about,
  name: 'files.remove',
  about:
    'take a file down, with its smaller copy: its URL says 410, and the same bytes are refused; "restore" brings it back',
  async run(home, { file }, _, actor) {
    const key = keyNamed(file);
    const batch = (await takingFileDown(home, key)) ?? nothingDone(DOWN_ALREADY);
    const before = await stateOf(home, key);
    return {
      on: key,
      batch,
      marks: ['changed'],
      ...(before ? { before } : {}),
      after: { file: 'taken down' },
      follow: () => followFiles(home, actor),
      whyNot: async () => DOWN_ALREADY,
    };
  },
});

export const restore = operation({
  ...about,
  name: 'files.restore',
  about: 'serve a file again that is in the trash or was taken down; it stays from then on',
  async run(home, { file }, _, actor) {
    const key = keyNamed(file);
    const before = await stateOf(home, key);
    return {
      on: key,
      batch: restoringFile(home, key),
      marks: ['changed'],
      ...(before ? { before } : {}),
      after: { file: 'served' },
      follow: () => followFiles(home, actor),
      whyNot: async () =>
        'No such file can come back: it is served, its bytes are gone, or there never was one.',
    };
  },
});

export const restoreAll = manyActs({
  name: 'files.restore-all',
  roles: ['moderator'],
  subject: 'file',
  about: 'empty the trash back: all files that went because nothing named them; they stay from then on',
  params: {},
  needsReason: true,
  danger: true,
  async run(home, _, __, actor) {
    const lines: Line[] = [];
    for await (const keys of unnamedUploads(home.db))
      lines.push({
        line: { files: keys.length },
        act: {
          on: 'trash',
          batch: restoringMany(home, keys),
          marks: ['changed'],
          before: { file: 'in the trash' },
          after: { file: 'served', files: keys.length },
          follow: () => followFiles(home, actor),
          whyNot: async () => 'They have come back already.',
        },
      });
    return lines;
  },
});
