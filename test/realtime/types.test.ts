import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT, isClientType, MESSAGE_TYPES } from '../../src/realtime/message-types.ts';

const isServers = ({ sender }: { readonly sender: string }) => sender === 'server';

test('every event of the server has a name of its own, and no app may send it', () => {
  const names = Object.values(MESSAGE_TYPES)
    .filter(isServers)
    .map(({ name }) => name);
  expect(Object.keys(EVENT)).toEqual([...new Set(names)]);
  expect(names).toHaveLength(Object.keys(EVENT).length);
  expect(Object.values(EVENT).filter(isClientType)).toEqual([]);
});

test('the server sends every event that is described', () => {
  const sources = globSync('src/**/*.ts')
    .filter((path) => !path.endsWith('/message-types.ts'))
    .map((path) => readFileSync(path, 'utf8'));
  const unsent = Object.keys(EVENT).filter(
    (name) => !sources.some((text) => new RegExp(`\\bEVENT\\.${name}\\b|'${name}'`).test(text)),
  );
  expect(unsent).toEqual([]);
});
