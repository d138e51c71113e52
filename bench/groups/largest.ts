/**
 * `bun bench/groups/largest.ts [--members 10000]`: what calls cost a member of a group of that size, as whole calls in
 * one process without the network: its list of members, `ready`, and a message to it that nobody is there to take.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { UserId } from '../../src/core/ids.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { logIn, measure, printHeading } from '../calls.ts';
import { GROUP, seed } from '../realtime/seed.ts';

const { values } = parseArgs({ options: { members: { type: 'string', default: '10000' } } });
const members = Number(values.members);

const folder = mkdtempSync(join(tmpdir(), 'largest-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'teahouse.db');
const [, me] = await seed(file, 'a secret that lives as long as this program', members, members);
if (!me) throw new Error('There are members.');
const { call, close } = await logIn(bunExecutor(file), me.id as UserId, Date.now()); // seeded

let said = 0;
const say = () =>
  call('/im/send', { msgId: `m${said++}`, fromType: 2, destId: GROUP, messageType: 2, content: 'tea?' });
printHeading();
await measure('warming up', say, 200);
await measure(
  `getGroupMember: ${members} members`,
  () => call('/chat/getGroupMember', { groupId: GROUP }),
  50,
);
await measure('ready', () => call('/chat/ready', {}), 200);
await measure('a message to the group', say, 500);
await close();
process.exit(0);
