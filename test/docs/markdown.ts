/** The text without fenced code, in which nothing is a heading or a link. */
const withoutFences = (markdown: string) => markdown.replace(/^ *(```+|~~~+)[^\n]*\n[\s\S]*?^ *\1 *$/gm, '');

/** What a heading shows: the words of its links, without marks. */
const shown = (heading: string) => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');

/** The name that GitHub gives a heading. */
const slug = (heading: string) =>
  shown(heading)
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');

/** What may stand behind `#` in a link to this document. A second heading of one name is called `name-1`. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const text = withoutFences(markdown);
  const anchors = new Set([...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id ?? ''));
  const seen = new Map<string, number>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)) {
    const name = slug(heading);
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    anchors.add(before === 0 ? name : `${name}-${before}`);
  }
  return anchors;
}

/** Where links and pictures of a document lead, but for other hosts. */
export function linksOf(markdown: string): readonly string[] {
  const text = withoutFences(markdown).replace(/(`+)[^\n]*?\1/g, '');
  const links = [
    /\]\(<?([^)\s>]+)>?(?: +"[^"]*")?\)/g,
    /^ *\[[^\]]+\]: *(\S+)/gm,
    /\b(?:href|src)="([^"]+)"/g,
  ];
  return links
    .flatMap((form) => [...text.matchAll(form)].map(([, target]) => target ?? ''))
    .filter((target) => !/^[a-z][a-z\d+.-]*:/i.test(target));
}
