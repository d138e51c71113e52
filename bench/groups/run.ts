/**
 * `bun bench/groups/run.ts [FILE] [GROUPS]`: searches by name among 1,000,000 groups, the members of a group of 2,000,
 * and `ready` of a user with 500 friends and 50 groups, as whole calls in one process without the network. FILE is
 * kept and used again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserId } from '../../src/core/ids.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { logIn, measure, printHeading } from '../calls.ts';
import { LARGE_GROUP, ME, seed } from './seed.ts';

const NOW = Date.UTC(2026, 10, 22);
const TIMES = 500;

const [kept, groups = '1000000'] = process.argv.slice(2);
const folder = kept ? undefined : mkdtempSync(join(tmpdir(), 'groups-'));
const file = kept ?? join(folder ?? '', 'groups.db');
if (!existsSync(file)) await seed(file, Number(groups));

const executor = bunExecutor(file);
const { call, close } = await logIn(executor, ME as UserId, NOW); // seeded
/** @param found how many groups a search must find; it shows 20 at most */
const search = (groupName: string, found: number) => async () => {
  const { data } = JSON.parse(await call('/chat/queryGroup', { groupName }));
  if (data.info.length !== found)
    throw new Error(`${groupName}: ${data.info.length} groups were found, not ${found}.`);
};
const ready = () => call('/chat/ready', {});
const members = () => call('/chat/getGroupMember', { groupId: LARGE_GROUP });

printHeading();
const last = Number(groups) - 1;
await measure('warming up', search('茶友', 20), TIMES);
await measure('ready: 500 friends, 50 groups', ready, TIMES);
await measure('getGroupMember: 2,000 members', members, TIMES);
await measure('queryGroup: a word of every 12th name', search('茶友', 20), TIMES);
await measure('queryGroup: a word of every 8th, latin', search('club', 20), TIMES);
await measure('queryGroup: two words beside each other', search('羽毛球俱乐部', 20), TIMES);
await measure('queryGroup: one group', search(`茶友群${last - (last % (12 * 12 * 8))}`, 1), TIMES);
await measure('queryGroup: words that never meet', search('摄影北京', 0), TIMES);
await measure('queryGroup: a number', search(String(LARGE_GROUP + 5), 20), TIMES);
await close();
if (folder) rmSync(folder, { recursive: true, force: true });
