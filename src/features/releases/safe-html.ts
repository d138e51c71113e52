/** What notes may consist of. None of it does anything. */
const KEPT = new Set(
  'p br hr strong b em i u s del ul ol li blockquote code pre h1 h2 h3 h4 h5 h6 table thead tbody tr th td'.split(
    ' ',
  ),
);
/** From a `<` to the next `>`, or to where the next begins. */
const TAGS = /<[^<>]*>?/g;
const TAG = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)(?:[\s/][^>]*)?>$/;
const BARE = /^<\/?[a-z][a-z0-9]* ?\/?>$/;
const HREF = /\shref="(https?:\/\/[^"\s<>]+)"/;

const linkOf = (tag: string): string => {
  const [, href] = HREF.exec(tag) ?? [];
  return href ? `<a href="${href}">` : '<a>';
};

function safeTag(tag: string): string {
  const [, end = '', name = ''] = TAG.exec(tag) ?? [];
  const word = name.toLowerCase();
  if (word === 'a') return end ? '</a>' : linkOf(tag);
  if (!KEPT.has(word)) return tag.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return BARE.test(tag) ? tag : `<${end}${word}>`;
}

/**
 * Notes as they go out to apps, whoever wrote them and by whatever way they came: paragraphs, lists, headings, emphasis
 * and links, none with anything that acts. Every other tag is shown as the text that it is. Linear in the text.
 */
export const safeHtml = (html: string): string => html.replace(TAGS, safeTag);
