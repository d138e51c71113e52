import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';
import { freshMobile } from './support/client.ts';

const root = join(import.meta.dirname, '../..');

/** The README's shell blocks from the first call on, with numbers that nobody has yet and the address of the server under test. */
function walkThrough(first: string, second: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const block = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);
  const start = block.findIndex((code) => code.startsWith('API='));
  if (start < 0) throw new Error('The README has no walk-through.');
  // One command looks into the database of the server's own folder, which only its machine has.
  const script = block
    .slice(start, start + 3)
    .join('\n')
    .replace(/^npx bun .*$/m, '');
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
    expect(replies.map(({ code }) => code)).toEqual(Array(13).fill('1'));
    const found = replies[5].data.info;
    expect(found).toMatchObject([{ nickName: '小林', sign: '来喝茶' }]);
    expect(found[0].headUrl).toMatch(/^https?:\/\/.*\/upload\/.*\.jpg$/);
    expect(replies[9].data).toEqual({ info: '8.88' });
    expect(replies[10].data).toBe('8.88');
    expect(lines).toContain('支付成功');
    expect(replies[12].data).toBe('111.12');
    const copy = readFileSync(join(folder, 'copy.jpg'));
    expect(copy.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(lines.join('\n')).toContain('image/jpeg');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
