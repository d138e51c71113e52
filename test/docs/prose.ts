/** A place where the prose of a document is hard to read, as docs/style.md has it. */
export interface Hard {
  readonly line: number;
  readonly why: string;
  readonly text: string;
}

/** Words of one sentence; docs/style.md asks for about 25. */
const MOST_WORDS = 35;

const COUNTED = 'calls|codes|messages|frames|bytes|numbers|requests|limits|uploads|users|pushes|rows';
const RATES = String.raw`an? ((second|minute|hour|day|month)\b(?! (after|before|ago))|(user|number|address|file|call|request|statement|row)(?=[.,;)]|$))`;

const HARD_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\banew\b/i, '“again” or “new” for “anew”'],
  [/\bsave (for|what|where|that|by|in|an?|the|those)\b/, '“except” for “save”'],
  [/\b(is|are|was|were|be) told of\b/i, 'say who tells whom'],
  [/\b(he|his|him|himself)\b/i, '“they” for people'],
  [new RegExp(`\\b(${COUNTED}) ${RATES}`, 'i'), '“per” for “a”'],
  [/\d an? (second|minute|hour|day|month)\b/, '“per” for “a”'],
  [
    /\b(to|for|of|by|from|with|than) whom? (is|are|has|have|was|does|may|can|\w+s)\b/,
    'name who it is: “anybody who …”',
  ],
  [/^Whom? [^?]*$/, 'name who it is: “Anybody who …”'],
];

/** Text as a reader hears it: code and what is quoted are one word, a link is its text. */
const heard = (markdown: string) =>
  markdown
    .replace(/`[^`]*`/g, 'CODE')
    .replace(/“[^”]*”/g, 'QUOTED')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replace(/[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}/g, '');

/** Sentences end where a full stop, a question mark or an exclamation mark stands before a space or at the end. */
const sentencesOf = (text: string) =>
  text
    .replace(/\b(e\.g|i\.e|etc|vs|No)\./g, '$1')
    .split(/(?<=[.!?…][)"”’]*)\s+/)
    .map((sentence) => sentence.trim())
    .filter(Boolean);

const wordsOf = (sentence: string) =>
  sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** Paragraphs, items of lists and cells of tables, without what is code or a comment. */
function blocksOf(markdown: string): { line: number; text: string; isCell: boolean }[] {
  const blocks: { line: number; text: string; isCell: boolean }[] = [];
  let [isCode, isComment, open] = [false, false, false];
  for (const [index, raw] of markdown.split('\n').entries()) {
    const line = raw.trim();
    if (/^(```|~~~)/.test(line)) isCode = !isCode;
    if (line.startsWith('<!--')) isComment = true;
    const skipped = isCode || isComment || /^(```|~~~|<!--|#|$)/.test(line);
    if (line.endsWith('-->')) isComment = false;
    const isCell = line.startsWith('|');
    const begins = isCell || /^([-*>]|\d+\.) /.test(line) || !open;
    const text = line.replace(/^(([-*>]|\d+\.) )+/, '');
    if (skipped) open = false;
    else if (isCell) {
      for (const cell of text.split(/(?<!\\)\|/)) blocks.push({ line: index + 1, text: cell.trim(), isCell });
      open = false;
    } else if (begins) {
      blocks.push({ line: index + 1, text, isCell });
      open = true;
    } else {
      const last = blocks.at(-1);
      if (last) blocks[blocks.length - 1] = { ...last, text: `${last.text} ${text}` };
    }
  }
  return blocks;
}

const hardWords = (sentence: string) =>
  HARD_WORDS.filter(([pattern]) => pattern.test(sentence)).map(([, why]) => why);

/** What is hard to read in a text without structure, such as a setting's description. */
export function hardIn(text: string): readonly Omit<Hard, 'line'>[] {
  return sentencesOf(heard(text)).flatMap((sentence) => {
    const words = wordsOf(sentence);
    const long = words > MOST_WORDS ? [`${words} words in a sentence`] : [];
    return [...long, ...hardWords(sentence)].map((why) => ({ why, text: sentence }));
  });
}

/** What is hard to read in a document. Of tables only the words count, not the length of sentences. */
export function hardInMarkdown(markdown: string): readonly Hard[] {
  return blocksOf(markdown).flatMap(({ line, text, isCell }) =>
    hardIn(text)
      .filter(({ why }) => !isCell || !why.endsWith('in a sentence'))
      .map((hard) => ({ line, ...hard })),
  );
}

/** Comments of a source file, each as one text per paragraph. */
function commentsOf(source: string): { line: number; text: string }[] {
  const comments = source.matchAll(/\/\*\*([\s\S]*?)\*\/|((?:^[ \t]*\/\/.*\n)+)/gm);
  return [...comments].flatMap(({ index, 1: block, 2: lines }) => {
    const plain = (block ?? lines ?? '').replace(/^[ \t]*(\*|\/\/) ?/gm, '');
    const line = source.slice(0, index).split('\n').length;
    return plain.split(/\n(?=@|- )|\n\n/).map((text) => ({ line, text: text.replace(/\s+/g, ' ').trim() }));
  });
}

/** What is hard to read in the comments of a source file. */
export const hardInSource = (source: string): readonly Hard[] =>
  commentsOf(source).flatMap(({ line, text }) => hardIn(text).map((hard) => ({ line, ...hard })));
