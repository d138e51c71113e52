import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';
import { freshMobile } from './support/client.ts';

const root = join(import.meta.dirname, '../..');

/** The README's shell block, with numbers that nobody has yet and the address of the server under test. */
function walkThrough(first: string, second: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const block = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);
  const script = block.find((code) => code.startsWith('API='));
  if (!script) throw new Error('The README has no walk-through.');
  return script
    .replace(/^API=.*$/m, `API=${inject('url')}`)
    .replaceAll('15768709546', first)
    .replaceAll('15615293955', second);
}

async function bash(script: string, cwd: string) {
  const shell = spawn('bash', ['-eu'], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const [output, errors] = [text(shell.stdout), text(shell.stderr)];
  shell.stdin.end(script);
  return { output: await output, errors: await errors };
}

test('the README’s walk-through works, line by line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-readme-'));
  try {
    symlinkSync(join(root, 'docs'), join(folder, 'docs'));
    const { output, errors } = await bash(walkThrough(freshMobile(), freshMobile()), folder);
    expect(errors).toBe('');
    const lines = output.split('\n');
    const replies = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(replies.map(({ code }) => code)).toEqual(['1', '1', '1', '1', '1', '1']);
    expect(replies.at(-1).data.info).toMatchObject([{ nickName: '小林', sign: '来喝茶' }]);
    expect(replies.at(-1).data.info[0].headUrl).toMatch(/^https?:\/\/.*\/upload\/.*\.jpg$/);
    const copy = readFileSync(join(folder, 'copy.jpg'));
    expect(copy.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(lines.join('\n')).toContain('image/jpeg');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
