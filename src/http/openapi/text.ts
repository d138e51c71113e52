import type { Json } from './json.ts';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How deep members have lines of their own: a call is a line, and so is a schema, which lies one deeper. */
const [DEEP, DEEPER] = [3, 4];

function lines(value: unknown, depth: number, to = DEEP): string {
  if (!isObject(value) || depth === to) return JSON.stringify(value);
  const inside = Object.entries(value).map(([key, inner]) => {
    const member = lines(inner, depth + 1, key === 'components' ? DEEPER : to);
    return `${'  '.repeat(depth)}${JSON.stringify(key)}: ${member}`;
  });
  return inside.length > 0 ? `{\n${inside.join(',\n')}\n${'  '.repeat(depth - 1)}}` : '{}';
}

/** A document as it is committed: one line per call and schema, so that a change shows where it is. */
export const documentText = (document: Json): string => lines(document, 1);
