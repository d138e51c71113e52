import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTENT_SAMPLES } from '../../scripts/message-samples.ts';
import { SEND_ERRORS } from '../../src/features/chat/refusals.ts';
import { EVENT, isClientType, MESSAGE_TYPES } from '../../src/realtime/message-types.ts';
import { checkContent } from '../support/contents.ts';

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

test('the documents show a sample of each type, which holds what the type is said to hold', () => {
  expect(Object.keys(CONTENT_SAMPLES)).toEqual(Object.keys(MESSAGE_TYPES));
  for (const [type, sample] of Object.entries(CONTENT_SAMPLES)) {
    checkContent(Number(type), sample);
    const [, listed] = /^`\{([\w, ]+)\}`$/.exec(MESSAGE_TYPES[Number(type)]?.content ?? '') ?? [];
    if (listed) expect(Object.keys(JSON.parse(sample)).sort(), type).toEqual(listed.split(', ').sort());
  }
});

test('the description of notices names each kind of them', () => {
  const [, words = ''] =
    /const WORDS = \{(.*?)\n\} as const/s.exec(readFileSync('src/realtime/notices.ts', 'utf8')) ?? [];
  const kinds = [...words.matchAll(/^ {2}(\w+):/gm)].map(([, kind]) => kind);
  expect(kinds.length).toBeGreaterThan(15);
  const [, told = ''] =
    /A notice has `kind` too: (.*)/.exec(MESSAGE_TYPES[EVENT.reminder]?.content ?? '') ?? [];
  expect(told.split(', ').sort()).toEqual(kinds.sort());
});

test('the guide names each code of what a socket answers to a message', () => {
  const guide = readFileSync('docs/realtime.md', 'utf8');
  for (const [reason, [code]] of Object.entries(SEND_ERRORS))
    expect(guide).toMatch(new RegExp(`^\\| \`${code}\` +\\| \`${reason}\` `, 'm'));
});
