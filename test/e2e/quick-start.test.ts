import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';
import { freshMobile } from './support/client.ts';

const root = join(import.meta.dirname, '../..');

/** Every shell command of a document from `API=` on, as a reader types them. */
function commandsOf(path: string): string {
  const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(
    ([, code = '']) => code,
  );
  const start = Math.max(
    blocks.findIndex((code) => code.startsWith('API=')),
    0,
  );
  return blocks.slice(start).join('\n');
}

/** The same for the server under test, with numbers that nobody has yet. */
function walkThrough(...paths: readonly string[]): string {
  const [first, second] = [freshMobile(), freshMobile()];
  return (
    paths
      .map(commandsOf)
      .join('\n')
      // One command looks into the database of the server's own folder, which only its machine has.
      .replace(/^npx bun .*$/m, '')
      .replace(/^API=.*$/m, `API=${inject('url')}`)
      .replaceAll('15768709546', first)
      .replaceAll('15615293955', second)
  );
}

const repliesIn = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

async function bash(script: string, cwd: string) {
  const shell = spawn('bash', ['-eu'], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const [output, errors] = [text(shell.stdout), text(shell.stderr)];
  shell.stdin.end(script);
  return { output: await output, errors: await errors };
}

test.each(['README.md', 'README.zh-CN.md'])('the quick start of %s works, line by line', async (readme) => {
  const { output, errors } = await bash(walkThrough(readme), tmpdir());
  expect(errors).toBe('');
  const replies = repliesIn(output);
  expect(replies.map(({ code }) => code)).toEqual(Array(8).fill('1'));
  expect(replies[5].data).toEqual({ info: '8.88' });
  expect(replies[6].data).toBe('8.88');
  const told = replies[7].data.list.map(({ messageType }: { messageType: string }) => messageType);
  expect(told).toEqual(expect.arrayContaining(['11', '17']));
});

test('the tour goes on from there and works, line by line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-tour-'));
  try {
    symlinkSync(join(root, 'docs'), join(folder, 'docs'));
    const { output, errors } = await bash(walkThrough('README.md', 'docs/tour.md'), folder);
    expect(errors).toBe('');
    const replies = repliesIn(output).slice(8);
    expect(replies.map(({ code }) => code)).toEqual(Array(8).fill('1'));
    const found = replies[2].data.info;
    expect(found).toMatchObject([{ nickName: '小林', sign: '来喝茶' }]);
    expect(found[0].headUrl).toMatch(/^https?:\/\/.*\/upload\/.*\.jpg$/);
    expect(output).toContain('支付成功');
    expect(replies[3].data).toBe('111.12');
    expect(replies[6]).toEqual(replies[5]);
    expect(replies[7].data).toBe('106.12');
    const copy = readFileSync(join(folder, 'copy.jpg'));
    expect(copy.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(output).toContain('image/jpeg');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
