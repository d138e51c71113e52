import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';

/**
 * What people type is folded, trimmed and compared by `src/core/text` alone. These places change the case or the
 * ends of other things, and say of what.
 */
const OTHER_THINGS: Readonly<Record<string, string>> = {
  'http/params.ts': 'lists of ids, amounts, degrees, the hex digits of an md5',
  'features/uploads/file-names.ts': 'the names of files',
  'features/uploads/range.ts': 'ETags in a header',
  'features/uploads/store.ts': 'the name of a format',
  'features/moments/fields.ts': 'addresses of pictures',
  'features/contacts/entries.ts': 'JSON text',
  'features/vip-numbers/endpoints.ts': 'a session name of ours',
  'features/releases/safe-html.ts': 'the names of tags',
  'features/payouts/send-due.ts': 'a state in a log',
  'features/chat/endpoints.ts': 'a header',
  'features/words/read-list.ts': 'the lines of an operator’s file',
};
const FOLDING =
  /\.trim(?:Start|End)?\(|\.to(?:Locale)?(?:Lower|Upper)Case\(|\.normalize\(|localeCompare\(|Intl\.Collator|COLLATE|\b(?:lower|upper|trim)\(\$\{|\bLIKE\b/;

const src = join(import.meta.dirname, '../../src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(features|money|realtime)\/.*\.ts$|^http\/params\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));

test('nobody else folds, trims or compares text by its letters', () => {
  const folding = sources.filter(({ text }) => FOLDING.test(text)).map(({ name }) => name);
  expect(folding.filter((name) => !(name in OTHER_THINGS))).toEqual([]);
  expect(sources.length).toBeGreaterThan(200);
});

test('nobody but core/text reads telephone numbers', () => {
  const readers = sources
    .filter(({ text }) => /libphonenumber|mobile-plans/.test(text))
    .map(({ name }) => name);
  expect(readers).toEqual([]);
});

const NOTHING = ['\u200B\u200B', '\u3164', '\u2060', '\u00AD', '\u202E', '\u2800', '\uFE0F', ' \u3000\u115F'];

describe('no parameter takes what nobody would see', () => {
  const texts = endpoints.flatMap(({ path, params }) =>
    Object.entries(params).map(([name, codec]) => [`${path} ${name}`, codec] as const),
  );
  // A password is whatever its owner typed, and a message whatever apps encode.
  const others = /pwd$|^\/im\/send content$/i;

  test.each(texts.filter(([name]) => !others.test(name)))('%s', (_, codec) => {
    for (const text of NOTHING) {
      const read = codec.safeParse(text);
      if (read.success) expect(JSON.stringify(read.data) ?? '').not.toMatch(/[^\x20-\x7e\p{L}\p{N}]/u);
    }
  });
});
