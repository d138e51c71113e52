import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hardIn, hardInMarkdown } from './prose.ts';

/** Documents of which this is held. */
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) =>
    /^docs\/(architecture|decisions|original|style|tour|realtime|security|operations|performance|api-differences)|^(README|CONTRIBUTING|SECURITY|CHANGELOG)\.md/.test(
      path,
    ),
  );

describe('prose', () => {
  test.each(documents)('of %s has short sentences and plain words (docs/style.md)', (path) => {
    const hard = hardInMarkdown(readFileSync(path, 'utf8'));
    expect(hard.map(({ line, why, text }) => `${path}:${line} ${why}: ${text}`)).toEqual([]);
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
    expect(hardIn('Who calls? A day has 24 hours.')).toEqual([]);
  });
});
