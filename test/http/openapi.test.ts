import { brotliCompressSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { endpoints } from '../../src/endpoints.ts';
import { publicReasons } from '../../src/http/failure-text.ts';
import { openApi } from '../../src/http/openapi/document.ts';
import { documentText } from '../../src/http/openapi/text.ts';
import { person } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object }>> };
}
interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<'schemas' | 'responses', Readonly<Record<string, object>>>>;
}

const text = documentText(openApi(endpoints, '0.0.0', readConfig({})));
const document = JSON.parse(text) as Document; // written by us just now
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.values(item).map((operation) => ({ path, operation })),
);

const test = sharedAppTest({});

describe('the document of the API', () => {
  test('is small enough to be read by machines each time', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(350_000);
    expect(brotliCompressSync(text).length).toBeLessThan(50_000);
  });

  test('has a line for each call and each schema', () => {
    const longest = text.split('\n').filter((line) => /^ {4}"\/|^ {6}"[A-Z]/.test(line));
    expect(longest.length).toBeGreaterThanOrEqual(
      operations.length + Object.keys(document.components.schemas).length,
    );
  });

  test('names each operation once, in a group that says what it is about', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(endpoints.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    const groups = new Set(document.tags.map(({ name }) => name));
    for (const { operation } of operations) expect(groups).toContain(operation.tags[0]);
    for (const { name, description } of document.tags) expect(description).not.toBe(name);
  });

  test('refers to nothing that is not there', () => {
    for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(schemas|responses)\/(\w+)"/g))
      expect(Object.keys(document.components[kind as 'schemas']), name).toContain(name);
  });

  // One that logs out, or ends otherwise, would keep the others from being tried: each caller makes one call.
  test('gives a sample of each call that its parameters take', async ({ app }) => {
    const wrong: unknown[] = [];
    for (const { path, operation } of operations) {
      const { example } = operation.requestBody?.content['application/json'] ?? {};
      if (!example) continue;
      const caller = await person(app, '李雷');
      const given = example as Record<string, string>; // samples hold texts and numbers
      const own = 'mobile' in given ? { mobile: caller.mobile } : {};
      const reply = await caller.call(path, { ...given, ...own });
      if (['INVALID_PARAMETER', 'FAULT'].includes(reply.data?.reason)) wrong.push([path, reply.data.field]);
    }
    expect(wrong).toEqual([]);
  });
});

test('refusals that look alike have one name, which tells no more than their text', () => {
  const blocked = {
    NOT_FRIENDS: [2, '对方不是您的好友'],
    BLOCKED: [2, '对方不是您的好友'],
    MUTED: [3, '禁言'],
  } as const;
  expect(Object.keys(publicReasons(blocked))).toEqual(['NOT_FRIENDS', 'MUTED']);
});
