import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Who may import what: a floor takes what lies on its own or below (docs/architecture.md). */
const FLOORS = [
  ['core', 'db/migrations.generated.ts', 'db/migration-outlines.generated.ts'],
  ['platform'],
  ['db'],
  ['ledger'],
  ['http'],
  ['realtime'],
  ['features'],
  ['operations'],
  ['sandbox-gateway'],
  ['console'],
  ['app'],
  ['homes'],
  ['commands'],
] as const;

type Arrow = readonly [from: string, to: string];

const sources = [
  ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`),
  ...readdirSync(join(root, 'db/schema'), { encoding: 'utf8' }).map((name) => `db/schema/${name}`),
].filter((name) => /\.tsx?$/.test(name));

/** Every import of a file, of types and those made later as well; and what it adds to by `declare module`. */
const IMPORT = /(?:\bfrom|\bimport|\bdeclare module)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

const arrows: readonly Arrow[] = sources.flatMap((from) =>
  [...readFileSync(join(root, from), 'utf8').matchAll(IMPORT)]
    .map(([, path = '']): Arrow => [from, join(dirname(from), path)])
    .filter(([, to]) => to.startsWith('src/') || to.startsWith('db/')),
);

/** The room of a file: the first folder under `src`; `app` for what composes, at its root. */
function roomOf(file: string): string {
  if (file.startsWith('db/')) return file.startsWith('db/migration') ? file : 'db';
  const [, room = '', rest] = file.split('/');
  return rest === undefined ? 'app' : room;
}
const floorOf = (file: string) => FLOORS.findIndex((rooms) => rooms.some((room) => room === roomOf(file)));
/** The part of a room that knows no other part: a port with its adapters, a feature, a home. */
const partOf = (file: string) => file.split('/').slice(1, 3).join('/');

const told = (found: readonly Arrow[]) => found.map((arrow) => arrow.join(' → '));

/** Things that lead back to themselves, each circle in one line. */
function circles(edges: readonly Arrow[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (at: string, way: readonly string[]) => {
    const before = way.indexOf(at);
    if (before >= 0) {
      found.add([...way.slice(before), at].join(' → '));
      return;
    }
    if (done.has(at)) return;
    for (const to of next.get(at) ?? []) walk(to, [...way, at]);
    done.add(at);
  };
  for (const at of next.keys()) walk(at, []);
  return [...found];
}

describe('every arrow points one way', () => {
  test('each file lies on a floor', () => {
    expect(sources.length).toBeGreaterThan(400);
    expect(arrows.length).toBeGreaterThan(1500);
    expect(sources.filter((file) => floorOf(file) < 0)).toEqual([]);
  });

  test('no import runs back up', () => {
    expect(told(arrows.filter(([from, to]) => floorOf(to) > floorOf(from)))).toEqual([]);
  });

  test('a port of the platform knows no other one', () => {
    const between = arrows.filter(
      ([from, to]) => roomOf(from) === 'platform' && roomOf(to) === 'platform' && partOf(from) !== partOf(to),
    );
    expect(told(between)).toEqual([]);
  });

  test('a home knows no other one', () => {
    const isHome = (file: string) => /^src\/homes\/(bun|worker)\//.test(file);
    const between = arrows.filter(([from, to]) => isHome(from) && isHome(to) && partOf(from) !== partOf(to));
    expect(told(between)).toEqual([]);
  });

  test('no file leads back to itself', () => {
    expect(circles(arrows)).toEqual([]);
  });

  test('no feature leads back to itself', () => {
    const between = arrows
      .filter(([from, to]) => roomOf(from) === 'features' && roomOf(to) === 'features')
      .map(([from, to]): Arrow => [partOf(from), partOf(to)])
      .filter(([from, to]) => from !== to);
    expect(between.length).toBeGreaterThan(20);
    expect(circles(between)).toEqual([]);
  });

  test('which it would see', () => {
    expect(
      circles([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['a', 'd'],
      ]),
    ).toEqual(['a → b → c → a']);
    expect(roomOf('src/app.ts')).toBe('app');
    expect(floorOf('src/http/call.ts')).toBeLessThan(floorOf('src/realtime/hub.ts'));
  });
});
