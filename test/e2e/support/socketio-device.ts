import io from 'socket.io-client2';
import { type Device, type Login, RETRY_MS, type Speech } from './device.ts';
import { Keeping, kept, type Shown } from './keeping.ts';
import { until } from './socket.ts';

/** What is used of the original apps' client. */
interface Client {
  readonly connected: boolean;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
}
const connect = io as (url: string, options: Readonly<Record<string, unknown>>) => Client; // as its manual says

const HANDSHAKE_MS = 3000;
/** Messages that it leaves unacknowledged; after 200 it would get no more. */
const AT_MOST = 50;

/**
 * An app of the original: Socket.IO 2, no `seq`; it begins where it has acknowledged, and tells repeats by sender and
 * `msgId`.
 */
export class SocketIoDevice implements Device {
  readonly isTold = true;
  readonly acknowledges = true;
  readonly keeping = new Keeping();
  readonly login: Login;
  private client: Client | undefined;
  private readonly unanswered = new Map<string, Speech & { readonly msgId: string }>();
  private readonly answers = new Map<string, number>();
  /** Acknowledgements that wait to be sent over the connection that there is. */
  private acks: (() => void)[] = [];

  /** @param login with a line to the port of the original apps */
  constructor(login: Login) {
    this.login = login;
  }

  get isLive(): boolean {
    return this.client?.connected === true;
  }

  async connect(): Promise<void> {
    this.open();
    await until(`${this.login.name} to be connected`, () => this.isLive);
  }

  private open() {
    const { line, token, kind } = this.login;
    this.keeping.begin(false);
    const client = connect(line.url, {
      query: { token, device: kind },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: RETRY_MS,
      reconnectionDelayMax: RETRY_MS,
      // A line that breaks within the handshake it notices by this alone.
      timeout: HANDSHAKE_MS,
    });
    this.client = client;
    client.on('reconnect_attempt', () => this.keeping.begin(false));
    client.on('connect', () => {
      this.acks = [];
      for (const speech of this.unanswered.values()) this.emit(speech);
    });
    client.on('disconnect', (reason: string) => {
      // It comes back by itself, unless the server has sent it away.
      if (reason === 'io server disconnect') setTimeout(() => this.comeBack(client), RETRY_MS);
    });
    client.on('chat', (message: Shown, ack: (msgId: unknown) => void) => {
      this.keeping.take(kept(undefined, message));
      this.acks.push(() => ack(message['msgId']));
      if (this.acks.length >= AT_MOST) this.acknowledge();
    });
  }

  private comeBack(client: Client) {
    if (this.client !== client) return;
    this.keeping.begin(false);
    client.connect();
  }

  private emit(speech: Speech & { readonly msgId: string }) {
    this.client?.emit('chat', speech, ({ code }: { code: number }) => {
      this.unanswered.delete(speech.msgId);
      this.answers.set(speech.msgId, code);
    });
  }

  readonly acknowledge = (): void => {
    if (!this.isLive) return;
    this.keeping.acknowledging();
    for (const ack of this.acks.splice(0)) ack();
  };

  async say({ msgId = crypto.randomUUID(), ...rest }: Speech): Promise<number> {
    const speech = { msgId, ...rest };
    this.answers.delete(msgId);
    this.unanswered.set(msgId, speech);
    if (this.isLive) this.emit(speech);
    await until(`an answer to ${this.login.name}`, () => this.answers.has(msgId));
    return this.answers.get(msgId) ?? 0;
  }

  async leave(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    client?.disconnect();
  }

  vanish(): void {
    void this.leave();
    this.login.line.cut();
  }

  goOn(): void {
    void this.leave();
    this.open();
  }
}
