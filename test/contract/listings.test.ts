import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readConfig } from '../../src/config.ts';
import { endpoints } from '../../src/endpoints.ts';
import type { Endpoint } from '../../src/http/endpoint.ts';
import { type Listing, LOOSER, listings, OTHER_TEXT } from './facts.ts';

const config = readConfig({});
const endpointOf = ({ path }: Listing) => endpoints.find((each) => each.path === path);
const served = listings.flatMap((listing) => {
  const endpoint = endpointOf(listing);
  return endpoint ? [{ listing, endpoint, name: `${listing.no} ${listing.path}` }] : [];
});

const takenElsewhere = (endpoint: Endpoint, name: string) =>
  (name === 'userId' && !endpoint.open) ||
  (name === 'token' && endpoint.documentsToken === true) ||
  (name === 'fileUpload' && endpoint.body === 'uploads');

const isRequired = (endpoint: Endpoint, name: string) =>
  endpoint.params[name]?.safeParse(undefined).success === false;

/** `groupInfo` of getGroupMemberById is an object, or empty where there is none. */
const mayBeText = ({ type, anyOf = [] }: z.core.JSONSchema.BaseSchema): boolean =>
  type === 'string' || anyOf.some((each) => each.type === 'string');

/** Says where the declared shape lacks what the document's sample shows. */
function lacking(sample: unknown, schema: z.core.JSONSchema.BaseSchema | undefined, path: string): string[] {
  if (!schema) return [`${path} is missing`];
  if (typeof sample === 'string') return mayBeText(schema) ? [] : [`${path} is no text`];
  if (Array.isArray(sample)) {
    if (schema.type !== 'array') return [`${path} is no list`];
    const item = schema.items;
    return sample.flatMap((each) =>
      lacking(each, typeof item === 'object' && !Array.isArray(item) ? item : undefined, `${path}[]`),
    );
  }
  if (typeof sample !== 'object' || sample === null) return [];
  return Object.entries(sample).flatMap(([key, value]) => {
    const property = schema.properties?.[key];
    return lacking(value, typeof property === 'object' ? property : undefined, `${path}.${key}`);
  });
}

/** Spaces of the document's typesetting and the width of punctuation do not count. */
const plain = (text: string) =>
  text.replace(/\s+/g, '').replaceAll('，', ',').replaceAll('！', '!').replaceAll('：', ':');

/** Every refusal that the endpoint declares: code and text. */
function refusals(endpoint: Endpoint): { code: string; text: string }[] {
  const declared = Object.values(endpoint.errors ?? {}).map(([code, text]) => ({
    code: String(code),
    text: typeof text === 'string' ? text : text(config),
  }));
  return [...declared, { code: '-1', text: endpoint.invalid ?? '参数不正确' }];
}

describe('the document’s facts', () => {
  test('are 124 listings on 123 paths', () => {
    expect(listings).toHaveLength(124);
    expect(new Set(listings.map(({ path }) => path)).size).toBe(123);
  });

  test('are still those of the document, parameter by parameter and text by text', () => {
    expect(createHash('sha256').update(JSON.stringify(listings)).digest('hex')).toBe(
      '40a07f08915ffc444c1773090e9bdc97f7842045f9c781507714d620b9054805',
    );
  });

  test('are all served', () => {
    expect(listings.filter((listing) => !endpointOf(listing)).map(({ path }) => path)).toEqual([]);
  });

  test('name no endpoint twice, and every numbered endpoint is one of them', () => {
    expect(new Set(endpoints.map(({ path }) => path)).size).toBe(endpoints.length);
    const numbered = endpoints.filter(({ no }) => no !== undefined);
    const known = new Set(listings.map(({ no, path }) => `${no} ${path}`));
    expect(numbered.filter(({ no, path }) => !known.has(`${no} ${path}`)).map(({ path }) => path)).toEqual(
      [],
    );
  });
});

describe.each(served)('listing $name', ({ listing, endpoint }) => {
  test('takes every documented parameter', () => {
    const missing = listing.params.filter(
      ({ name }) => !(name in endpoint.params) && !takenElsewhere(endpoint, name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('requires what the document requires, and nothing else', () => {
    const loose = LOOSER[endpoint.path] ?? [];
    const wrong = listing.params.filter(
      ({ name, required }) =>
        name in endpoint.params && isRequired(endpoint, name) !== (required && !loose.includes(name)),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
    const documented = new Set(
      listings
        .filter(({ path }) => path === endpoint.path)
        .flatMap(({ params }) => params.map(({ name }) => name)),
    );
    const extra = Object.keys(endpoint.params).filter(
      (name) => !documented.has(name) && isRequired(endpoint, name),
    );
    expect(extra).toEqual([]);
  });

  test('answers every documented key', () => {
    const schema = z.toJSONSchema(endpoint.data, { io: 'output', unrepresentable: 'any' });
    expect(listing.data === null ? [] : lacking(listing.data, schema, 'data')).toEqual([]);
  });

  test('has every documented code with its text', () => {
    const declared = refusals(endpoint);
    const other = OTHER_TEXT[endpoint.path] ?? [];
    const missing = listing.errors.filter(({ code, info }) => {
      if (other.includes(`${code} ${info}`)) return false;
      const texts = declared.filter((each) => each.code === code).map(({ text }) => plain(text));
      // One cell of the document may hold several texts, with nothing but spaces or a slash between them.
      const rest = texts
        .sort((a, b) => b.length - a.length)
        .reduce((left, text) => left.replace(text, ''), plain(info));
      return rest.replace(/[-/、;；]/g, '') !== '';
    });
    expect(missing).toEqual([]);
  });
});
