import { Client, memoryStore } from '../../../sdk/src/index.ts';
import { NAMES } from '../../../sdk/src/realtime/events.generated.ts';
import {
  type OpenLine,
  pollingLines,
  type Realtime,
  type RealtimeEvent,
  realtime,
  type SendableType,
  type Status,
  socketLines,
} from '../../../sdk/src/realtime/index.ts';
import { MESSAGE_TYPES } from '../../../src/realtime/message-types.ts';
import { type Device, type Login, RETRY_MS, type Speech } from './device.ts';
import { Keeping, type Kept } from './keeping.ts';
import { until } from './socket.ts';

/** How an app with the SDK gets its events, and whether it tells the server what it has taken. */
export type SdkHabit = 'resumes' | 'never acknowledges' | 'asks';

/** Small, so that a page often ends before the events do. */
const PAGE = 5;

const keptOf = (event: RealtimeEvent): Kept => ({
  seq: event.seq,
  msgId: event.msgId,
  type: event.messageType,
  from: Number(event.fromId),
  dest: Number(event.destId),
  content: event.content,
  kind: event.device,
});

function sendable(messageType: number): SendableType {
  if (MESSAGE_TYPES[messageType]?.sender !== 'client') throw new Error(`No app sends ${messageType}.`);
  return NAMES[messageType] as SendableType; // named by the same table
}

/** An app that is made with the SDK: the SDK does all that this suite tries out. */
export class SdkDevice implements Device {
  readonly keeping = new Keeping();
  readonly login: Login;
  readonly isTold: boolean;
  readonly acknowledges: boolean;
  private readonly client: Client;
  private readonly habit: SdkHabit;
  private live: Realtime | undefined;
  private status: Status = { state: 'connecting' };
  private hasBegun = false;
  private reading: Promise<void> = Promise.resolve();

  constructor(login: Login, habit: SdkHabit) {
    this.login = login;
    this.habit = habit;
    this.isTold = habit !== 'asks';
    this.acknowledges = habit === 'resumes';
    this.client = new Client({
      url: login.line.url,
      store: memoryStore(),
      // Each time over a connection of its own: an idle one may hang, and nobody would notice.
      fetch: (url, init) => fetch(url, { ...init, keepalive: false }),
    });
  }

  /** Of one who asks: that it has begun. It may be behind whenever it has not asked for a while. */
  get isLive(): boolean {
    return this.habit === 'asks' ? this.hasBegun : this.status.state === 'live';
  }

  private get line(): OpenLine {
    return this.habit === 'asks' ? pollingLines(this.client, PAGE) : socketLines(this.client.url, WebSocket);
  }

  async connect(): Promise<void> {
    await this.client.signIn(this.login.token);
    this.live = await realtime(this.client, {
      line: this.line,
      acknowledges: this.acknowledges,
      firstRetryMs: RETRY_MS,
      mostRetryMs: RETRY_MS,
      onStatus: (status) => this.become(status),
    });
    this.reading = this.read(this.live);
    await until(`${this.login.name} to be live`, () => this.isLive);
  }

  private become(status: Status) {
    this.status = status;
    this.hasBegun = (this.hasBegun || status.state === 'live') && status.state !== 'ended';
    if (status.state === 'connecting') this.keeping.begin(true);
  }

  private async read(live: Realtime) {
    for await (const event of live) this.keeping.take(keptOf(event));
  }

  readonly acknowledge = (): void => this.live?.acknowledge();

  async say({ msgId, fromType, destId, messageType, content }: Speech): Promise<number> {
    if (!this.live) throw new Error('It has never been connected.');
    const to = fromType === 1 ? { user: String(destId) } : { group: String(destId) };
    const named = msgId === undefined ? {} : { msgId };
    const result = await this.live.send(to, sendable(messageType), content, named);
    if (!result.ok && result.isLost) throw new Error(result.info);
    return Number(result.code);
  }

  async leave(): Promise<void> {
    this.live?.close();
    await this.reading;
  }

  vanish(): void {
    this.login.line.cut();
    this.live?.close();
  }

  goOn(): void {
    this.live?.reconnect();
  }
}
