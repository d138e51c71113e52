import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { settings } from '../../src/config.ts';

const english = readFileSync('README.md', 'utf8');
const chinese = readFileSync('README.zh-CN.md', 'utf8');

/** Blocks of code without their comments, which each language writes for itself. */
const blocksOf = (text: string) =>
  [...text.matchAll(/```(\w*)\n(.*?)```/gs)].map(([, language, code = '']) => [
    language,
    code.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
  ]);

/** Text without blocks of code. */
const proseOf = (text: string) => text.replace(/```.*?```/gs, '');
const codesOf = (text: string) => [...proseOf(text).matchAll(/`([^`]+)`/g)].map(([, code]) => code).sort();
const namesOf = (text: string) => [...new Set(proseOf(text).match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g))].sort();
const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
    .map(([, link]) => link)
    .filter((link) => !link?.startsWith('README'))
    .sort();

/** Every table as its rows, each with its number of cells. */
const tablesOf = (text: string) =>
  text
    .split(/\n\n/)
    .filter((part) => part.startsWith('|'))
    .map((table) => table.split('\n').map((row) => row.split(/(?<!\\)\|/).length));
const headingsOf = (text: string) => text.match(/^#+(?= )/gm);

test('both READMEs show the same commands, code and tables, name the same settings and link to the same places', () => {
  expect(blocksOf(chinese)).toEqual(blocksOf(english));
  expect(tablesOf(chinese)).toEqual(tablesOf(english));
  expect(codesOf(chinese)).toEqual(codesOf(english));
  expect(namesOf(chinese)).toEqual(namesOf(english));
  expect(linksOf(chinese)).toEqual(linksOf(english));
  expect(headingsOf(chinese)).toEqual(headingsOf(english));
});

test('a README’s settings and scripts are there, and its version is this one', () => {
  for (const name of namesOf(english)) expect(Object.keys(settings), name).toContain(name);
  const scripts = [...english.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script);
  for (const script of scripts) expect(Object.keys(packageFile.scripts), script).toContain(script);
  for (const readme of [english, chinese]) expect(readme).toContain(` ${packageFile.version}`);
});
