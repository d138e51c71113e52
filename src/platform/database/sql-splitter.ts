import { Problem } from '../../core/problem.ts';

/**
 * What begins a string, a quoted name or a comment, and what ends it. A doubled quote ends one and begins another.
 */
const CLOSING: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '`': '`',
  '[': ']',
  '--': '\n',
  '/*': '*/',
};
const MARK = /['"`[;]|--|\/\*/g;
const isComment = (closing: string | undefined) => closing === '\n' || closing === '*/';

/** More than any row of ours, in characters; what is longer is no text that we can hold. */
const LONGEST = 64 * 1024 * 1024;

export interface SqlSplitter {
  /** Takes more of the text. */
  feed(text: string): void;
  /** @returns what is left after the last statement */
  end(): string;
}

/**
 * Takes SQL text apart that comes in pieces. It holds one statement at a time and looks at each character once. It
 * knows no more of SQL than where a statement ends: not in strings, quoted names, comments (which are left out) or
 * a trigger's body. Triggers are passed over as a whole.
 * @param emit gets each statement, with its semicolon
 */
export function sqlSplitter(emit: (statement: string) => void): SqlSplitter {
  let pieces: string[] = [];
  let length = 0;
  let closing: string | undefined;
  let cut = ''; // the first half of what may be a mark of two characters
  let inTrigger = false;

  const keep = (piece: string) => {
    length += piece.length;
    if (length > LONGEST) throw new Problem('The SQL text has a statement that is too long.');
    pieces.push(piece);
  };
  const take = () => {
    const statement = pieces.join('').trim();
    pieces = [];
    length = 0;
    return statement;
  };
  const endStatement = () => {
    const statement = take();
    if (inTrigger) inTrigger = !/^END\s*;$/i.test(statement);
    else if (/^CREATE\s+(?:TEMP\w*\s+)?TRIGGER\b/i.test(statement)) inTrigger = true;
    else emit(statement);
  };

  return {
    feed(more) {
      const text = cut + more;
      let kept = 0;
      let at = 0;
      for (;;) {
        if (closing) {
          const end = text.indexOf(closing, at);
          if (end === -1) break;
          at = end + closing.length;
          if (isComment(closing)) {
            kept = at;
            keep(' ');
          }
          closing = undefined;
          continue;
        }
        MARK.lastIndex = at;
        const mark = MARK.exec(text);
        if (!mark) break;
        at = MARK.lastIndex;
        if (mark[0] !== ';') {
          closing = CLOSING[mark[0]];
          if (isComment(closing)) keep(text.slice(kept, mark.index));
          continue;
        }
        keep(text.slice(kept, at));
        kept = at;
        endStatement();
      }
      const halves = closing ? (closing === '*/' ? '*' : '') : '-/';
      const last = at < text.length ? text.slice(-1) : '';
      cut = last && halves.includes(last) ? last : '';
      if (!isComment(closing)) keep(text.slice(kept, text.length - cut.length));
    },
    end: () => (take() + cut).trim(),
  };
}
