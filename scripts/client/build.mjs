// Builds sdk/dist from sdk/src: what the package publishes.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
rmSync(join(root, 'sdk/dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'sdk')], { stdio: 'inherit' });
process.exit(status ?? 1);
