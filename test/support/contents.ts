import { isClientType, MESSAGE_TYPES } from '../../src/realtime/message-types.ts';

/** Keys that a description names: all of them, those that are not always there, and whether there are more. */
function described(description: string) {
  const [, listed = ''] = /^`\{(.*?)\}`/.exec(description) ?? [];
  const names = listed.split(', ').filter((name) => name !== '');
  const sometimes = [...description.matchAll(/`(\w+)` too/g)].map(([, name]) => name);
  return { names: names.filter((name) => name !== '…'), sometimes, hasMore: names.includes('…') };
}

function keysOf(content: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Holds the content of an event of the server against what docs/realtime.md says of its type: empty, text, or JSON
 * with exactly those keys. What apps write is their own.
 */
export function checkContent(type: number, content: string): void {
  const known = MESSAGE_TYPES[type];
  if (isClientType(type)) return;
  const description = known?.content ?? 'empty';
  if (/JSON/.test(description)) return;
  const { names, sometimes, hasMore } = described(description);
  const keys = keysOf(content);
  const differs = () => {
    if (description === 'empty') return content !== '';
    if (names.length === 0 || keys === undefined) return names.length > 0 || keys !== undefined;
    const extra = keys.filter((key) => !names.includes(key) && !sometimes.includes(key));
    return names.some((name) => !keys.includes(name)) || (extra.length > 0 && !hasMore);
  };
  if (differs()) throw new Error(`An event ${type} says ${content}, and is described as ${description}.`);
}
