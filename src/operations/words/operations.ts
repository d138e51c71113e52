import * as z from 'zod';
import { chinaDayText } from '../../core/china-time.ts';
import { TEXT_SCOPES, verdictsOf, WORD_ACTIONS } from '../../core/words/scopes.ts';
import { adding, removing, wordsBehind } from '../../features/words/change.ts';
import { compiled, layWordsReady } from '../../features/words/compile.ts';
import { hitsBelow } from '../../features/words/hits.ts';
import { readList, readWord } from '../../features/words/read-list.ts';
import { tryWords } from '../../features/words/try.ts';
import type { Platform } from '../../realtime/context.ts';
import { keyOf, pageOf } from '../keys.ts';
import { listing, manyActs, operation, viewing } from '../operation.ts';
import { file, oneOf, optional, text, whole } from '../params.ts';
import { nothingDone } from '../refused.ts';

/** Of a list: what a call's body may have, its escapes counted in. */
const MOST_CHARACTERS = 300_000;
/** Words that are written together. */
const TOGETHER = 1000;

const scope = oneOf('scope', ['all', ...TEXT_SCOPES]);
const action = oneOf('action', WORD_ACTIONS);
const list = file('list: one word per line', MOST_CHARACTERS);
const NO_WORD = 'Nothing is left of that word once it is folded, or it has more than 64 characters.';

const moderators = { roles: ['moderator'], subject: 'word' } as const;

/** Lets the change be heeded here at once; elsewhere it is within seconds, and on Workers within a minute. */
async function follow(home: Platform): Promise<void> {
  await layWordsReady(home);
  await home.screening.renew(home);
}

export const add = operation({
  ...moderators,
  name: 'words.add',
  about: 'a word that users may not write: refuse what has it, put it into the queue "review", or mask it',
  params: { word: text('word', 200), action, scope: optional(scope) },
  operands: ['word', 'action'],
  async run(home, { word: given, action: does, scope: where = 'all' }) {
    const word = readWord(given) ?? nothingDone(NO_WORD);
    return {
      on: word,
      batch: adding(home, [{ word, scope: where, action: does }]),
      marks: ['changed'],
      after: { word, scope: where, action: does },
      follow: () => follow(home),
      whyNot: async () => 'It is on the list already, and does just that.',
    };
  },
});

export const remove = operation({
  ...moderators,
  name: 'words.remove',
  about: 'users may write a word again',
  params: { word: text('word', 200), scope: optional(scope) },
  operands: ['word'],
  async run(home, { word: given, scope: where = 'all' }) {
    const word = readWord(given) ?? nothingDone(NO_WORD);
    return {
      on: word,
      batch: removing(home, { word, scope: where }),
      marks: ['changed'],
      before: { word, scope: where },
      follow: () => follow(home),
      whyNot: async () => 'It is not on the list of that scope ("list" tells).',
    };
  },
});

const facts = z.string();

export const listWords = listing({
  name: 'words.list',
  roles: ['support', 'moderator'],
  about: 'words that users may not write, folded: word, scope, and what becomes of a text that has it',
  params: {},
  counted: 'words',
  row: z.object({ word: facts, scope: facts, action: facts }),
  async read({ db }, _, after) {
    const [word = '', last = ''] = keyOf(after, ['string', 'string']) ?? [];
    const { rows, total } = await wordsBehind(db, { word: String(word), scope: String(last) });
    return pageOf(
      rows,
      total,
      (row) => row,
      (row) => [row.word, row.scope],
    );
  },
});

export const importWords = manyActs({
  ...moderators,
  name: 'words.import',
  about:
    'put a file of words on the list, one per line, with its scope and action behind tabs where they differ',
  params: { file: list, action, scope: optional(scope) },
  operands: ['file', 'action'],
  async run(home, { file: given, action: does, scope: where = 'all' }) {
    const { rows, wrong } = readList(given, { action: does, scope: where });
    const pages = Array.from({ length: Math.ceil(rows.length / TOGETHER) }, (_, i) =>
      rows.slice(i * TOGETHER, (i + 1) * TOGETHER),
    );
    const lines = pages.map((page, i) => ({
      line: { words: page.length, from: page[0]?.word ?? '' },
      act: {
        on: `${page.length} words`,
        batch: adding(home, page),
        marks: ['changed'],
        after: { words: page.length },
        ...(i === pages.length - 1 ? { follow: () => follow(home) } : {}),
        whyNot: async () => 'They are on the list already.',
      },
    }));
    const unread =
      wrong.length === 0 ? [] : [{ line: { lines: wrong.slice(0, 20).join(', ') }, act: NO_LINE }];
    return [...lines, ...unread];
  },
});
const NO_LINE = 'These lines have no word, one that is too long, or an unknown scope or action.';

export const hits = listing({
  name: 'words.hits',
  roles: ['support', 'moderator'],
  about: 'how often each word was met, the newest day first: day, word, calls',
  params: {},
  counted: 'rows',
  row: z.object({ day: facts, word: facts, hits: z.number() }),
  async read({ db }, _, after) {
    const [day = Number.MAX_SAFE_INTEGER, word = ''] = keyOf(after, ['number', 'string']) ?? [];
    const { rows, total } = await hitsBelow(db, { day: Number(day), word: String(word) });
    return pageOf(
      rows,
      total,
      (row) => ({ day: chinaDayText(row.day), word: row.word, hits: row.hits }),
      (row) => [row.day, row.word],
    );
  },
});

export const tryList = viewing({
  ...moderators,
  name: 'words.try',
  about: 'how much of what is stored, the newest of each kind, a file of words would hit; nothing is changed',
  params: { file: list, most: optional(whole('number of each kind', 1, 20_000, 2000)) },
  operands: ['file'],
  answer: z.object({
    words: z.number(),
    wrongLines: z.number(),
    kinds: z.array(z.object({ kind: facts, looked: z.number(), hit: z.number(), most: facts })),
  }),
  async read(home, { file: given, most = 2000 }) {
    const { rows, wrong } = readList(given, { action: 'refuse', scope: 'all' });
    if (rows.length === 0) nothingDone('There is no word in it.');
    const listed = rows.map(({ word, scope: where, action: does }) => ({
      word,
      verdicts: verdictsOf(where, does),
    }));
    const tried = await tryWords(home, await compiled(home.clock, listed), most);
    const kinds = tried.map(({ kind, looked, hit, words }) => ({
      kind,
      looked,
      hit,
      most: words.map(([word, times]) => `${word} ${times}`).join(', '),
    }));
    return { on: 'stored', answer: { words: rows.length, wrongLines: wrong.length, kinds } };
  },
});
