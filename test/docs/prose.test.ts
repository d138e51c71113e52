import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { hardIn, hardInMarkdown, hardInSource } from './prose.ts';

/** Every English document. */
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !path.endsWith('.zh-CN.md'));

describe('prose', () => {
  test.each(documents)('of %s has short sentences and plain words (docs/style.md)', (path) => {
    const hard = hardInMarkdown(readFileSync(path, 'utf8'));
    expect(hard.map(({ line, why, text }) => `${path}:${line} ${why}: ${text}`)).toEqual([]);
  });

  test('of comments is as plain', () => {
    const hard = [...globSync('src/**/*.ts'), ...globSync('db/schema/*.ts')].flatMap((path) =>
      hardInSource(readFileSync(path, 'utf8')).map(
        ({ line, why, text }) => `${path}:${line} ${why}: ${text}`,
      ),
    );
    expect(hard).toEqual([]);
  });

  test('of every setting’s description is as plain', () => {
    const hard = Object.entries(settings).flatMap(([name, { description = '' }]) =>
      hardIn(description).map(({ why, text }) => `${name} ${why}: ${text}`),
    );
    expect(hard).toEqual([]);
  });

  test('that is hard to read is found, and code and tables are let be', () => {
    const long = `It ${'walks and '.repeat(20)}stops.`;
    const text = [
      'Codes a day.',
      '',
      '```sh',
      long,
      '```',
      '',
      `| a | ${long} |`,
      '',
      `- ${long}`,
      '- Who calls is known.',
    ].join('\n');
    expect(hardInMarkdown(text).map(({ line }) => line)).toEqual([1, 9, 10]);
    expect(hardIn('They said it anew, save for him.').map(({ why }) => why)).toHaveLength(3);
    expect(hardIn('Who calls? A day has 24 hours. How many messages a user sends.')).toEqual([]);
    expect(
      hardInSource('/** They are kept.\n * @returns what he keeps */\n// It is said anew.\n').map(
        ({ line }) => line,
      ),
    ).toEqual([1, 3]);
  });
});
