/** Markdown for notes of releases, as HTML without anything that acts. HTML in it is text. */

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What stands in a line, in the order of its strength. Each ends at its next mark, so that all of it is linear. */
const CODE = /`([^`]+)`/;
const LINK = /(!?)\[([^[\]]*)\]\(([^()\s]*)\)/;
const BARE = /(https?:\/\/[^\s<>()"']*[^\s<>()"'.,;:!?、，。；：！？])/;
const SPANS = new RegExp(`${CODE.source}|${LINK.source}|${BARE.source}`, 'g');
const EMPHASES = [
  [/\*\*([^*]+)\*\*|\b__([^_]+)__\b/g, 'strong'],
  [/\*([^*\s][^*]*)\*|\b_([^_]+)_\b/g, 'em'],
  [/~~([^~]+)~~/g, 'del'],
] as const;

const emphasized = (text: string): string =>
  EMPHASES.reduce(
    (html, [marks, tag]) =>
      html.replace(marks, (_, one?: string, other?: string) => `<${tag}>${one ?? other}</${tag}>`),
    escaped(text),
  );

const linkTo = (href: string, html: string) =>
  /^https?:\/\//.test(href) ? `<a href="${escaped(href)}">${html}</a>` : `<a>${html}</a>`;

/** A link's text may hold marks, and marks may hold links: so links wait as signs until emphasis is there. */
function inline(text: string): string {
  const kept: string[] = [];
  const keep = (html: string) => `\u0000${kept.push(html) - 1}\u0000`;
  const marked = text
    .replaceAll('\u0000', '')
    .replace(SPANS, (_, code?: string, image?: string, title?: string, href?: string, bare?: string) => {
      if (code !== undefined) return keep(`<code>${escaped(code)}</code>`);
      if (bare !== undefined) return keep(linkTo(bare, escaped(bare)));
      return image ? (title ?? '') : keep(linkTo(href ?? '', emphasized(title ?? '')));
    });
  return emphasized(marked).replace(/\0(\d+)\0/g, (_, at: string) => kept[Number(at)] ?? '');
}

const ITEM = /^( {0,3}(?:([-*+])|\d{1,9}[.)])[ \t]+)(.*)$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const FENCE = /^ {0,3}```/;
const QUOTE = /^ {0,3}> ?/;

/** A block at the head of lines, and how many it takes. */
type Block = readonly [html: string, lines: number];

/** How many lines from the first on are of a kind. */
const run = (lines: readonly string[], isOfIt: (line: string, i: number) => boolean) => {
  const end = lines.findIndex((line, i) => !isOfIt(line, i));
  return end < 0 ? lines.length : end;
};

function fence(lines: readonly string[]): Block {
  const count = run(lines.slice(1), (line) => !FENCE.test(line));
  return [`<pre><code>${escaped(lines.slice(1, count + 1).join('\n'))}</code></pre>`, count + 2];
}

function quote(lines: readonly string[], depth: number): Block {
  const count = run(lines, (line) => QUOTE.test(line));
  const inner = lines.slice(0, count).map((line) => line.replace(QUOTE, ''));
  return [`<blockquote>\n${blocks(inner, depth)}\n</blockquote>`, count];
}

/** Marks of one kind make one list; what is set in below an item belongs to it. */
function list(lines: readonly string[], depth: number): Block {
  const kindOf = (line: string) => ITEM.exec(line)?.[2] ?? (ITEM.test(line) ? '1' : undefined);
  const kind = kindOf(lines[0] ?? '');
  const items: string[][] = [];
  const count = run(lines, (line) => {
    const [, , , text = ''] = ITEM.exec(line) ?? [];
    if (kindOf(line) === kind) items.push([text]);
    else if (/^(?: {2,}|\t)\S/.test(line)) items.at(-1)?.push(line.replace(/^(?: {2,4}|\t)/, ''));
    else return false;
    return true;
  });
  const shown = items.map(([first = '', ...rest]) => {
    const inner = rest.length > 0 ? `\n${blocks(rest, depth)}` : '';
    return `<li>${inline(first)}${inner}</li>`;
  });
  const tag = kind === '1' ? 'ol' : 'ul';
  return [`<${tag}>\n${shown.join('\n')}\n</${tag}>`, count];
}

const isParagraph = (line: string) =>
  line.trim() !== '' && ![ITEM, HEADING, RULE, FENCE, QUOTE].some((other) => other.test(line));

function paragraph(lines: readonly string[]): Block {
  const count = Math.max(1, run(lines, isParagraph));
  const texts = lines.slice(0, count).map((line) => inline(line.trim()));
  return [`<p>${texts.join('<br>')}</p>`, count];
}

/** Quotes within quotes, and lists within lists, are taken so deep; beyond that they are text. */
const DEEPEST = 5;

function blockAt(lines: readonly string[], depth: number): Block {
  const [line = ''] = lines;
  const [, marks, title = ''] = HEADING.exec(line) ?? [];
  if (marks) return [`<h${marks.length}>${inline(title.trim())}</h${marks.length}>`, 1];
  if (RULE.test(line)) return ['<hr>', 1];
  if (FENCE.test(line)) return fence(lines);
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, depth + 1);
  if (depth < DEEPEST && ITEM.test(line)) return list(lines, depth + 1);
  return paragraph(lines);
}

function blocks(lines: readonly string[], depth: number): string {
  const found: string[] = [];
  for (let at = 0; at < lines.length; ) {
    if ((lines[at] ?? '').trim() === '') {
      at += 1;
      continue;
    }
    const [html, count] = blockAt(lines.slice(at), depth);
    found.push(html);
    at += count;
  }
  return found.join('\n');
}

/** Paragraphs, headings, lists, quotes, code, rules, emphasis and links. Line ends count, as in plain text. */
export const markdownHtml = (text: string): string => blocks(text.split(/\r\n?|\n/), 0);
