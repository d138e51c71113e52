import type { Line } from '../../support/line.ts';
import { call, type Params } from './client.ts';
import type { Keeping } from './keeping.ts';
import { until } from './socket.ts';

/** A chat message as an app sends it; without `msgId` it gets a new one. */
export interface Speech {
  readonly msgId?: string;
  /** 1 to a person, 2 to a group. */
  readonly fromType: 1 | 2;
  readonly destId: number;
  readonly messageType: number;
  readonly content: string;
}

/** Whose device it is, of which kind, and the line by which it reaches the server. */
export interface Login {
  readonly name: string;
  readonly token: string;
  readonly kind: number;
  readonly line: Line;
}

/** A device of somebody: it takes his events, comes back by itself when its line breaks, and may speak. */
export interface Device {
  readonly login: Login;
  readonly keeping: Keeping;
  /** It is told of what comes; else it has to look for itself, which may take seconds. */
  readonly isTold: boolean;
  /** Whether the server ever learns from it what it has taken. */
  readonly acknowledges: boolean;
  /** Connected, and everything that waited has come. */
  readonly isLive: boolean;
  /** Connects, and stays so until it leaves. */
  connect(): Promise<void>;
  /** Goes away in good order. */
  leave(): Promise<void>;
  /** Is gone from one moment to the next. */
  vanish(): void;
  /** Goes on over a new connection while the old one hangs. */
  goOn(): void;
  /** Tells the server that it has taken what it has; who is not connected tells nothing. */
  acknowledge(): void;
  /** Sends a message, as often as it takes to be answered, and answers with the code. */
  say(speech: Speech): Promise<number>;
}

/** How long a client waits before it tries again to connect. */
export const RETRY_MS = 20;

/** Acknowledges what a device has taken, if it ever does, and waits until the server has noted it. */
export async function acknowledgeSurely(device: Device): Promise<void> {
  const { login, keeping, acknowledge } = device;
  if (!device.acknowledges) return;
  const { events } = keeping;
  const count = events.length;
  const options = { token: login.token };
  // Any page that begins at the cursor shows where it stands.
  const waiting = async () => (await call('/im/sync', { limit: 500 }, options)).data.list;
  const taken = new Set(events.slice(0, count).map(({ msgId }) => msgId));
  await until(`the acknowledgement of ${login.name}`, async () => {
    acknowledge();
    return !(await waiting()).some(({ msgId }: { msgId: string }) => taken.has(msgId));
  });
  keeping.acknowledged(count);
}

/** Sends a message by HTTP, and answers with the code. */
export async function sayByHttp(token: string, { msgId, ...rest }: Speech): Promise<number> {
  const params: Params = { ...rest, msgId: msgId ?? crypto.randomUUID() };
  return Number((await call('/im/send', params, { token })).code);
}
