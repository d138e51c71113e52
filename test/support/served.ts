import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { teahouseProgram } from './built.ts';
import { layDatabase } from './database.ts';
import { keepProcess } from './kept-process.ts';

const START_MS = 60_000;

/** `teahouse serve` in a process of its own, to be ended from outside. */
export interface Served {
  readonly url: string;
  readonly socketIoPort: number;
  /** What it has printed, line by line. */
  readonly lines: readonly string[];
  /** Asks it to end, as `kill` does; answers its exit code when it has gone. */
  end(): Promise<number>;
  /** Ends it for good, as `kill -9` does. */
  stop(): Promise<void>;
}

/** Starts a sandbox with both protocols of messages on free ports. */
export async function startServed(env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-served-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  await layDatabase(data);
  const settings = {
    MODE: 'sandbox',
    LOG: 'errors',
    RATE_LIMITS: 'off',
    SMS_RESEND_SECONDS: '0',
    PORT: '0',
    IM_SOCKETIO: 'on',
    DATABASE_URL: '',
    DATA_DIR: data,
  };
  const kept = keepProcess('sh', ['-c', 'echo "process $$"; exec "$0" "$@"', teahouseProgram(), 'serve'], {
    env: { ...settings, ...env },
    folder,
  });
  const lines: string[] = [];
  const told = new Promise<{ url: string; socketIoPort: number; pid: number }>((resolve) => {
    createInterface({ input: kept.stdout }).on('line', (line) => {
      lines.push(line);
      const said = (what: RegExp) => lines.flatMap((each) => what.exec(each)?.[1] ?? [])[0];
      const url = said(/listens on (http:\/\/\S+)/);
      const port = said(/Socket\.IO on port (\d+)/);
      if (url && port) resolve({ url, socketIoPort: Number(port), pid: Number(said(/^process (\d+)/)) });
    });
  });
  const failed = kept.ended.then(() => {
    throw new Error(`The server ended before it listened:\n${lines.join('\n')}`);
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('The server does not listen.')), START_MS).unref();
  });
  try {
    const { url, socketIoPort, pid } = await Promise.race([told, failed, late]);
    const end = () => {
      process.kill(pid, 'SIGTERM');
      return kept.ended;
    };
    return { url, socketIoPort, lines, end, stop: kept.stop };
  } catch (error) {
    await kept.stop();
    throw error;
  }
}

/** Somebody registered and logged in there. */
export interface Guest {
  readonly id: number;
  readonly token: string;
}

let guests = 0;

/** Registers and logs somebody in, over HTTP. */
export async function guestOf({ url }: Pick<Served, 'url'>): Promise<Guest> {
  guests += 1;
  const mobile = `137${String(guests).padStart(8, '0')}`;
  const call = async (path: string, params: Record<string, string>) => {
    const response = await fetch(url + path, { method: 'POST', body: new URLSearchParams(params) });
    const { code, data } = (await response.json()) as { code: string; data: Record<string, string> };
    if (code !== '1') throw new Error(`${path}: ${code} ${data['info']}`);
    return data;
  };
  const { info: validateNum = '' } = await call('/chat/getValidateNum', { mobile });
  const { id } = await call('/chat/register', { mobile, pwd: 'secret1', validateNum, name: 'guest' });
  const { token = '' } = await call('/chat/doLogin', { mobie: mobile, pwd: 'secret1', device: '1' });
  return { id: Number(id), token };
}
