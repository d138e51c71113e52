import { describe, expect, test } from 'vitest';
import { fold } from '../../src/core/text/fold.ts';
import { automatonOf, building } from '../../src/core/words/build.ts';
import { fromBytes, toBytes } from '../../src/core/words/bytes.ts';
import { hardestOf, masked, wordsIn } from '../../src/core/words/find.ts';
import { foldedWord } from '../../src/core/words/folded.ts';
import { actionIn, TEXT_SCOPES, verdictsOf, type WordAction } from '../../src/core/words/scopes.ts';

const listed = (words: readonly string[], action: WordAction = 'refuse') =>
  automatonOf(words.map((word) => ({ word: foldedWord(word), verdicts: verdictsOf('all', action) })));
const found = (words: readonly string[], text: string) =>
  wordsIn(listed(words), 'moment', text).map(({ word }) => word);

describe('a word is found', () => {
  test.each([
    ['whatever its case', 'Casino', 'the CASINO here'],
    ['whatever its width', 'casino', 'ｃａｓｉｎｏ'],
    ['between characters that show nothing', '赌博', '赌\u200b\u2060博'],
    ['between a soft hyphen and a joiner', 'casino', 'ca\u00adsi\u200dno'],
    ['with marks of its letters written apart', 'é café', 'e\u0301 cafe\u0301'],
    ['with half-width letters that join', 'ガチャ', 'ｶﾞﾁｬ'],
    ['with letters that fold into several', 'strasse', 'die STRAẞE'],
    ['in a ligature', 'fish', 'ﬁsh'],
    ['among Chinese characters', '赌博', '来赌博吧'],
    ['of letters beside Chinese characters', 'vx', '加vx聊'],
    ['of letters beside digits', 'vx', 'vx123'],
    ['of several words, however many blanks lie between', 'bad word', 'a bad \u3000 word'],
    ['of characters beyond the basic plane', '😀𠀀', '看😀𠀀'],
  ])('%s', (_, word, text) => {
    expect(found([word], text)).toEqual([foldedWord(word)]);
  });

  test('within another, behind another, and where one ends in the middle of another', () => {
    expect(found(['赌', '赌博', '博彩', '彩票'], '赌博彩票')).toEqual(['赌', '赌博', '博彩', '彩票']);
    expect(found(['he', 'she', 'hers'], '她she他hers')).toEqual(['she', 'hers']);
    expect(found(['茶馆老板', '馆老茶', '老板'], '茶馆老茶老板')).toEqual(['馆老茶', '老板']);
  });
});

describe('no ordinary word is taken for one', () => {
  test.each([
    ['a longer word of letters', 'ass', 'class assess pass'],
    ['a longer number', '110', '21103'],
    ['across blanks of a sentence', '赌博', '我不赌 博士也不赌'],
    ['across lines', '赌博', '赌\n博'],
    ['across punctuation', '赌博', '赌，博'],
    ['of Cyrillic letters', 'хер', 'херсон'],
  ])('%s', (_, word, text) => {
    expect(found([word], text)).toEqual([]);
  });
});

test('a folded word is what `fold` makes of it', () => {
  for (const text of ['Ｃafé', '赌\u200b博', 'ß', 'ｶﾞ', ' a  b ', 'İ', 'ﷺ', '가', '😀', '\u0301a'])
    expect(foldedWord(text), text).toBe(fold(text));
});

test('each character of a masked word is covered, and nothing else', () => {
  const words = listed(['赌博', '博彩', '😀'], 'mask');
  const mask = (text: string) => masked(text, wordsIn(words, 'moment', text));
  expect(mask('来赌\u200b博彩吧😀！')).toBe('来＊＊＊＊吧＊！');
  expect(mask('没有')).toBe('没有');
  const long = '赌博'.repeat(200);
  expect(mask(long).length).toBeLessThanOrEqual(long.length);
});

test('a word does in each scope what its list says, and the hardest counts', () => {
  const words = automatonOf([
    { word: '茶', verdicts: verdictsOf('all', 'mask') },
    { word: '茶', verdicts: verdictsOf('name', 'refuse') },
    { word: '水', verdicts: verdictsOf('moment', 'review') },
  ]);
  expect(hardestOf(wordsIn(words, 'name', '茶水'))).toBe('refuse');
  expect(hardestOf(wordsIn(words, 'moment', '茶水'))).toBe('review');
  expect(hardestOf(wordsIn(words, 'group', '茶水'))).toBe('mask');
  expect(hardestOf(wordsIn(words, 'group', '水'))).toBeUndefined();
  for (const scope of TEXT_SCOPES) expect(actionIn(verdictsOf(scope, 'refuse'), scope)).toBe('refuse');
});

/** Numbers that repeat for a seed. */
function drawn(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

test('of many words all are found that a plain search finds, from the automaton and from its bytes', () => {
  const seed = 20261201;
  const draw = drawn(seed);
  const text = (most: number) =>
    Array.from({ length: 1 + draw(most) }, () => String.fromCodePoint(0x4e00 + draw(6))).join('');
  const words = [...new Set(Array.from({ length: 3000 }, () => text(7)))];
  const built = listed(words);
  const read = fromBytes(toBytes(built).buffer);
  if (!read) throw new Error('not read');
  for (let i = 0; i < 50; i++) {
    const here = text(40);
    // The longest that ends at each place.
    const plain = [...here].flatMap((_, end) => {
      const parts = [...here].map((__, start) => here.slice(start, end + 1));
      return parts.find((part) => part !== '' && words.includes(part)) ?? [];
    });
    const once = wordsIn(built, 'moment', here).map(({ word }) => word);
    expect(once.toSorted(), `seed ${seed}`).toEqual(plain.toSorted());
    expect(wordsIn(read, 'moment', here)).toEqual(wordsIn(built, 'moment', here));
  }
  expect(fromBytes(new ArrayBuffer(7))).toBeUndefined();
  expect(fromBytes(new ArrayBuffer(16))).toBeUndefined();
});

test('many words are built in many steps', () => {
  const words = Array.from({ length: 20_000 }, (_, i) => ({ word: `w${i}`, verdicts: 1 }));
  const steps = building(words);
  let count = 1;
  while (!steps.next().done) count += 1;
  expect(count).toBeGreaterThan(40);
});
