import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { newPerson, serverUrl } from './support/client.ts';

const root = join(import.meta.dirname, '../..');
const guide = readFileSync(join(root, 'docs/realtime.md'), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(guide)?.[1] ?? '';

/** Lines of frames, without what differs from one run to the next. A name that was drawn may have many digits. */
const frames = (lines: string) =>
  lines
    .split('\n')
    .filter((line) => /^[→←] \{/.test(line))
    .map((line) => line.replace(/"msgId":"\w{20,}"/, '"msgId":""').replace(/\d+/g, '1'));

async function run(script: string): Promise<{ output: string; errors: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-guide-'));
  try {
    writeFileSync(join(folder, 'session.mjs'), script);
    const bun = spawn(join(root, 'node_modules/.bin/bun'), [join(folder, 'session.mjs')]);
    const [output, errors] = [text(bun.stdout), text(bun.stderr)];
    return { output: await output, errors: await errors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the session of the guide goes over the line as the guide shows it', async () => {
  const [lin, wang] = [await newPerson('林一'), await newPerson('王二')];
  await lin.call('/chat/requestFriend', { destId: wang.id, destType: 1 });
  await wang.call('/chat/acceptRequest', { destId: lin.id, destType: 1 });
  const script = block('js')
    .replace('http://127.0.0.1:8787', serverUrl())
    .replace('15768709546', lin.mobile)
    .replace('15615293955', wang.mobile);
  const { output, errors } = await run(script);
  expect(errors).toBe('');
  expect(frames(output)).toEqual(frames(block('text')));
});
