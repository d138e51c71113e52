import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listings } from '../contract/facts.ts';
import { anchorsOf, linksOf } from './markdown.ts';
import { documents, ROOT, type TextFile, textFiles } from './repository.ts';

const anchors = new Map(documents.map(({ path, text }) => [path, anchorsOf(text)]));

/** What is wrong with a path from the root and what stands behind `#`; undefined where it leads somewhere. */
function fault(path: string, anchor: string | undefined): string | undefined {
  if (path.startsWith('..') || !existsSync(join(ROOT, path))) return `there is no ${path}`;
  if (anchor === undefined || anchors.get(path)?.has(anchor)) return undefined;
  return `${path} has no heading #${anchor}`;
}

const faultOf = (target: string, folder = '.', own = target) => {
  const [path = '', anchor] = target.split('#');
  return fault(path === '' ? own : normalize(join(folder, decodeURI(path))), anchor);
};

const faultyLinks = ({ path, text }: TextFile) =>
  linksOf(text).flatMap((target) => faultOf(target, dirname(path), path) ?? []);

/** The one form in which code cites a document: its path from the root, and where it has one, the heading. */
const CITATION = /(?<![\w/.-])(?:[\w.-]+\/)*[\w-]+\.md\b(?:#[\p{L}\p{N}_-]+)?/gu;
const faultyCitations = (text: string) =>
  [...text.matchAll(CITATION)].flatMap(([target]) => faultOf(target) ?? []);

/** A document that is named without its path, or with the words of a heading. */
const OTHER_FORM =
  /\((?:see )?(?:(?:decisions|README|CONTRIBUTING)\)|(?:decisions|behaviou?r|original|README|CONTRIBUTING|architecture|operations|security|realtime|performance|configuration|api-differences)(?:, ["“A-Z]| \d))|\b[\w-]+\.md(?:`|’s|'s)?,? (?:["“]|\d)/g;
const otherForms = (text: string) => text.match(OTHER_FORM) ?? [];

/** Paths in backquotes that begin with a folder of ours; a part in capitals stands for any. */
const pathsNamed = (text: string) =>
  [...text.matchAll(/`((?:src|db|test|docs|bench|scripts|\.ci|\.github)\/[\w./-]*\w\/?)`/g)]
    .map(([, path]) => path ?? '')
    .filter((path) => !/\/[A-Z]+\b/.test(path) || path.endsWith('README.md'));

/** Files of which something is wrong, and what. */
const faulty = (files: readonly TextFile[], faults: (file: TextFile) => readonly string[]) =>
  files.flatMap((file) => faults(file).map((each) => `${file.path}: ${each}`));

/** Migrations that were written before there was one form. A migration is final, its comments too. */
const FINAL = /^db\/migrations(?:\.generated\.ts$|\/(?:0004|0013|0021)_)/;
/** All but the documents, and but this file, whose examples lead nowhere. */
const code = textFiles.filter(
  ({ path }) => !path.endsWith('.md') && !path.endsWith('references.test.ts') && !FINAL.test(path),
);

describe('what is referred to is there', () => {
  test('every link in a document leads to a file, and to a heading of it', () => {
    expect(documents.flatMap(({ text }) => linksOf(text)).length).toBeGreaterThan(50);
    expect(faulty(documents, faultyLinks)).toEqual([]);
  });

  test('every document that code cites is there, with the heading', () => {
    expect(code.flatMap(({ text }) => text.match(CITATION) ?? []).length).toBeGreaterThan(100);
    expect(faulty(code, ({ text }) => faultyCitations(text))).toEqual([]);
  });

  test('code cites documents in this one form', () => {
    expect(faulty(code, ({ text }) => otherForms(text))).toEqual([]);
  });

  test('every listing that code or a document cites by its number is one', () => {
    const known = new Set(listings.map(({ no }) => no));
    const cited = ({ text }: TextFile) =>
      [...text.matchAll(/\blistings? (\d+(?:(?:, | and |–)\d+)*)/g)].flatMap(
        ([, list = '']) => list.match(/\d+/g) ?? [],
      );
    const files = [...code, ...documents];
    expect(files.flatMap(cited).length).toBeGreaterThan(30);
    expect(faulty(files, (file) => cited(file).filter((no) => !known.has(Number(no))))).toEqual([]);
  });

  test('every path that a document names is there', () => {
    expect(documents.flatMap(({ text }) => pathsNamed(text)).length).toBeGreaterThan(50);
    expect(
      faulty(documents, ({ text }) => pathsNamed(text).flatMap((path) => fault(path, undefined) ?? [])),
    ).toEqual([]);
  });
});

describe('what is not there is found', () => {
  const page = '# A `b` (c)\n\n```sh\n# no heading\n```\n\n## 茶 & more\n\n## 茶 & more\n';

  test('a heading has the name that GitHub gives it', () => {
    expect([...anchorsOf(page)]).toEqual(['a-b-c', '茶--more', '茶--more-1']);
  });

  test('a link is told from an example of one', () => {
    expect(linksOf('[a](b.md#c) `[d](e)` ![f](<g.png>) [h](https://i) <a href="j#k">\n[l]: m.md')).toEqual([
      'b.md#c',
      'g.png',
      'm.md',
      'j#k',
    ]);
  });

  test('a missing file, a missing heading and a way out of the repository', () => {
    const links = '[1](none.md) [2](decisions.md#none) [3](../../etc) [4](decisions.md#money) [5](#own)';
    expect(faultyLinks({ path: 'docs/realtime.md', text: links })).toEqual([
      'there is no docs/none.md',
      'docs/decisions.md has no heading #none',
      'there is no ../etc',
      'docs/realtime.md has no heading #own',
    ]);
    expect(faultyCitations(`// ${'docs/decisions'}.md#money ${'docs/decisions'}.md#none`)).toEqual([
      'docs/decisions.md has no heading #none',
    ]);
  });

  test('a citation in another form', () => {
    const forms = ['(decisions, Money)', '(README, Limits)', '(behaviour 4.3)', 'x.md, "Places"'];
    for (const form of forms.map((each) => each.replace('(', '(see ')))
      expect(otherForms(form)).toHaveLength(1);
  });
});
