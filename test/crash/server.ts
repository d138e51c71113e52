import { execFile } from 'node:child_process';
import { addressesOf, SETTINGS } from '../e2e/support/target.ts';
import { teahouseProgram } from '../support/built.ts';
import { keepProcess } from '../support/kept-process.ts';

const settingsOn = (folder: string) => ({
  ...SETTINGS,
  PORT: '0',
  IM_SOCKETIO: 'off',
  DATABASE_URL: '',
  DATA_DIR: folder,
});

/** A server on this data folder; `kill` ends it as `kill -9` does. */
export async function startOn(folder: string): Promise<{ url: string; kill(): Promise<void> }> {
  const server = keepProcess(teahouseProgram(), ['serve'], { env: settingsOn(folder), signal: 'KILL' });
  try {
    return { url: (await addressesOf(server)).url, kill: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** What `teahouse reconcile` prints about this data folder. */
export const reconcileOn = (folder: string): Promise<string> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...settingsOn(folder) };
    execFile(teahouseProgram(), ['reconcile'], { env }, (error, stdout, stderr) =>
      resolve(`${stdout}${error ? stderr : ''}`.trim()),
    );
  });
