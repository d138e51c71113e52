import * as fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { describe, expect, test } from 'vitest';
import { cleanName, cleanText } from '../../src/core/text/clean.ts';
import { plainCode } from '../../src/core/text/code.ts';
import { fold } from '../../src/core/text/fold.ts';
import { isVisible } from '../../src/core/text/hidden.ts';
import { parseMobile } from '../../src/core/text/mobile.ts';
import { PLANS } from '../../src/core/text/mobile-plans.generated.ts';

describe('texts that look alike fold to the same', () => {
  test.each([
    ['case', 'Tom', 'tOM'],
    ['width', 'Ｔｏｍ　１２', 'Tom 12'],
    ['half-width kana', 'ﾄﾑ', 'トム'],
    ['normal forms', 'Ame\u0301lie', 'Am\u00E9lie'],
    ['accents in another order', 'a\u0323\u0302', 'a\u0302\u0323'],
    ['German', 'Straße', 'STRASSE'],
    ['the German capital', 'STRAẞE', 'straße'],
    ['Turkish, with a dot', 'İstanbul', 'istanbul'],
    ['Turkish, without', 'Isparta', 'ısparta'],
    ['Greek sigmas', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['ligatures', 'ﬁn', 'FIN'],
    ['the letter K and kelvin', '\u212A', 'k'],
    ['invisible characters', '家\u200B人\u2060\u00AD', '家人'],
    ['Hangul fillers', '\u3164家人\uFFA0', '家人'],
    ['marks of direction', '\u202E家人\u2069', '家人'],
    ['blanks of any kind and number', '李\u00A0 \u2003雷', '李 雷'],
    ['how an emoji is shown', '❤\uFE0F', '❤'],
  ])('%s', (_, one, other) => {
    expect(fold(one)).toBe(fold(other));
  });

  test('and others do not', () => {
    for (const [one, other] of [
      ['e', 'é'],
      ['家人', '家'],
      ['一', '二'],
      ['a', 'b'],
    ] as const) {
      expect(fold(one)).not.toBe(fold(other));
    }
  });

  test('so for every character there is: folded again, in capitals, in small letters, in each normal form', () => {
    const wrong: string[] = [];
    for (let point = 0; point < 0x20000; point += 1) {
      // Ideographs, syllables and surrogates have neither case nor width, and would take most of the time.
      if ((point >= 0x3400 && point < 0xa000) || (point >= 0xac00 && point < 0xf900)) continue;
      const text = `a${String.fromCodePoint(point)}`;
      const folded = fold(text);
      const forms = [
        folded,
        text.toUpperCase(),
        text.toLowerCase(),
        text.normalize('NFD'),
        text.normalize('NFKC'),
      ];
      if (forms.some((form) => fold(form) !== folded)) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});

const INVISIBLE = [
  ...[
    '\u200B',
    '\u200C',
    '\u200D',
    '\u2060',
    '\u00AD',
    '\u202E',
    '\u2066\u2069',
    '\u061C',
    '\u180E',
    '\uFEFF',
  ],
  ...['\u115F', '\u1160', '\u3164', '\uFFA0', '\uFE0F', '\u034F', '\u17B4', '\u2800', '\u3000', '\u00A0'],
  ...[
    '\u2028',
    '\u0301',
    '\u20E3',
    '\uFFFC',
    '\u{E0041}\u{E0042}',
    '\u{E0100}',
    '\u{1D159}',
    '\u{1D173}',
    '\u0085',
  ],
];
const VISIBLE = [
  ...[
    'a',
    '家',
    '1',
    '!',
    '。',
    '👍',
    '👍🏽',
    '❤️',
    '1️⃣',
    '👨‍👩‍👧',
    '🏳️‍🌈',
    '👩🏽‍❤️‍💋‍👨🏻',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '🇨🇳',
    '\u200Ba',
  ],
  ...['می‌خواهم', 'ශ්‍රී', 'क्‍ष', '葛󠄀', 'ᠠ᠋'],
];

describe('a name', () => {
  test.each(INVISIBLE)('of nothing but %j shows nothing', (text) => {
    expect(isVisible(text)).toBe(false);
    expect([cleanName(text), cleanText(text), cleanName(`${text}${text} `)]).toEqual(['', '', '']);
    expect(fold(cleanName(`家人${text}`))).toMatch(/^家人/u);
  });

  test.each(VISIBLE)('%j shows something', (text) => {
    expect(isVisible(text)).toBe(true);
    expect(cleanText(text)).toBe(text);
  });

  test.each(VISIBLE.slice(0, -6))('keeps %j whole, alone and among letters', (text) => {
    expect([cleanName(text), cleanName(`我${text}们`)]).toEqual([text, `我${text}们`]);
  });

  test.each(VISIBLE.slice(-5))('keeps %j whole, whose script needs what shows nothing by itself', (text) => {
    expect(cleanName(text)).toBe(text);
  });

  test('is one line, and turns no direction', () => {
    expect(cleanName('a\r\nb\tc')).toBe('a b c');
    expect(cleanName('\u202Eexe.txt\u202C')).toBe('exe.txt');
    expect(cleanName('\u200E\u2067Tom\u2069')).toBe('Tom');
    expect(cleanName('To\u200Dm')).toBe('Tom');
    expect(cleanName('\u0937\u200D\u061C\u0937')).toBe('\u0937\u0937');
    expect(cleanName('x\u{E0041}\u{E0042}')).toBe('x');
  });

  test('that was cleaned is clean, is shown as it folds, and costs no more than its length', () => {
    const seed = Date.now();
    const unit = fc.oneof(
      fc.constantFrom(...INVISIBLE, ...VISIBLE),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (parts) => {
        const cleaned = cleanName(parts.join(''));
        expect(cleanName(cleaned)).toBe(cleaned);
        expect(fold(cleaned)).toBe(fold(cleaned.normalize('NFC')));
        expect(cleaned === '' || isVisible(cleaned)).toBe(true);
      }),
      { seed },
    );
  });
});

describe('a telephone number', () => {
  const spellings = [
    ...[
      '13800138000',
      '１３８００１３８０００',
      '+86 138 0013 8000',
      '008613800138000',
      '8613800138000',
      '+86013800138000',
    ],
    ...[
      '\u202A+86 138-0013-8000\u202C',
      '\u2066138 0013 8000\u2069',
      '138\u00A00013\u202F8000',
      '138.0013.8000',
    ],
    ...[
      '(+86)138-0013-8000',
      '＋８６（１３８）００１３－８０００',
      '0086 (138) 0013\u20118000',
      '138–0013—8000',
      '138·0013·8000',
    ],
    ...[
      'tel:+86-138-0013-8000',
      'TEL:13800138000;ext=12',
      'tel:13800138000;phone-context=+86',
      'tel://13800138000',
    ],
    ...[
      '13800138000转8001',
      '13800138000 分机 12',
      '13800138000 ext. 12',
      '13800138000x12',
      '13800138000,,12',
      '13800138000#9',
    ],
    ...[
      '手机：13800138000',
      '手机号码: 138 0013 8000',
      'Mobile: +86 13800138000',
      'Cell phone: 13800138000',
      '+0086 13800138000',
    ],
    ...[
      '\uFEFF138\u200B0013\u200B8000',
      '١٣٨٠٠١٣٨٠٠٠',
      ' 13800138000\t',
      "138'0013'8000",
      '138/0013/8000',
      '138_0013_8000',
    ],
  ];
  test.each(spellings)('is read from %j', (text) => {
    expect(parseMobile(text)?.mobile).toBe('+8613800138000');
  });

  test.each([
    '',
    '+',
    '1380013800',
    '138001380000',
    '10086',
    '某',
    '+1 13800138000',
    '12800138000',
    '86',
    '1380013800a',
  ])('is not %j', (text) => expect(parseMobile(text)).toBeUndefined());

  test('is of the country that it names, or else of the one that is given', () => {
    expect(parseMobile('+1 (202) 555-0123')).toEqual({ mobile: '+12025550123', country: 'US' });
    expect(parseMobile('2025550123', '001')?.mobile).toBe('+12025550123');
    expect(parseMobile('07911 123456', '＋44')?.mobile).toBe('+447911123456');
    expect(parseMobile('+44 (0)7911 123456')?.mobile).toBe('+447911123456');
    expect(parseMobile('13800138000', '44')).toBeUndefined();
    expect(parseMobile('+8613800138000', '44')?.mobile).toBe('+8613800138000');
  });

  test('that needs no library is judged as the library judges it, whatever its network', () => {
    for (let prefix = 1000; prefix < 2000; prefix += 1) {
      const digits = `${prefix}5551234`;
      const judged = parsePhoneNumberFromString(`+86${digits}`);
      expect(parseMobile(digits)?.mobile, digits).toBe(judged?.isValid() ? judged.number : undefined);
    }
  });

  test('of any country is judged as the library judges it, as are those that are nearly one', () => {
    const plans = Object.entries(PLANS).flatMap(([code, all]) => all.map((plan) => [code, plan[1]] as const));
    expect(plans.length).toBeGreaterThan(240);
    const digit = fc.integer({ min: 0, max: 9 }).map(String);
    const near = fc.constantFrom<(national: string, digit: string) => string>(
      (national) => national,
      (national) => `0${national}`,
      (national, other) => `${other}${national}`,
      (national, other) => `${national}${other}`,
      (national) => national.slice(1),
      (national, other) => `${national.slice(0, 2)}${other}${national.slice(3)}`,
    );
    const numbers = fc
      .constantFrom(...plans)
      .chain(([code, pattern]) =>
        fc
          .tuple(fc.stringMatching(new RegExp(`^(?:${pattern.replace(/\(\?=.*?\$\)/, '')})$`)), near, digit)
          .map(([national, change, other]) => `+${code}${change(national, other)}`),
      );
    fc.assert(
      fc.property(numbers, (number) => {
        const judged = parsePhoneNumberFromString(number);
        const right = judged?.isValid() ? { mobile: judged.number, country: judged.country } : undefined;
        expect(parseMobile(number)).toEqual(right);
      }),
      { numRuns: 5000 },
    );
  });

  test('is not read from more text than any number has around it', () => {
    expect(parseMobile(`${' '.repeat(80)}13800138000`)?.mobile).toBe('+8613800138000');
    expect(parseMobile(`${' '.repeat(100)}13800138000`)).toBeUndefined();
  });
});

test('a code is read however it was typed or copied', () => {
  for (const text of [
    '123456',
    '１２３４５６',
    ' 123 456 ',
    '123-456',
    '\u202A123456\u202C',
    '12\u00AD34\u200B56',
  ]) {
    expect(plainCode(text)).toBe('123456');
  }
  expect(plainCode('11010519491231002x')).toBe('11010519491231002X');
});
