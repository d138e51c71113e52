import { type Reply, replyOf } from './client.ts';
import { type Device, type Login, RETRY_MS, type Speech, sayByHttp } from './device.ts';
import { Keeping, kept, type Shown } from './keeping.ts';
import { until } from './socket.ts';

/** Small, so that a page often ends before the events do. */
const PAGE = 5;
const WAIT_SECONDS = 20;

/** A client without a socket: it asks `/im/sync` for what is behind the last event that it has, and waits there. */
export class PollingDevice implements Device {
  readonly isTold = false;
  readonly acknowledges = false;
  readonly keeping = new Keeping();
  readonly login: Login;
  isLive = false;
  private after = 0;
  private isWanted = false;
  private asking = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(login: Login) {
    this.login = login;
  }

  async connect(): Promise<void> {
    this.isWanted = true;
    this.running = this.run();
    await until(`${this.login.name} to have asked`, () => this.isLive);
  }

  private async run() {
    while (this.isWanted) {
      this.asking = new AbortController();
      this.keeping.begin(true);
      try {
        this.take(await this.ask(this.asking.signal));
      } catch {
        // A line that broke: what it should have brought is asked for again.
        await new Promise((soon) => setTimeout(soon, RETRY_MS));
      }
    }
  }

  private async ask(signal: AbortSignal): Promise<Reply> {
    const { line, token } = this.login;
    // The first look does not wait, so that one knows when everything is there.
    const wait = this.isLive ? WAIT_SECONDS : 0;
    const query = `after=${this.after}&limit=${PAGE}&wait=${wait}`;
    const headers = { authorization: `Bearer ${token}` };
    // Each time over a connection of its own: an idle one may hang, and nobody would notice.
    const response = await fetch(`${line.url}/im/sync?${query}`, { headers, signal, keepalive: false });
    return replyOf('/im/sync', response);
  }

  private take({ code, data }: Reply) {
    if (code !== '1') throw new Error(`sync answered ${code}.`);
    for (const { seq, ...message } of data.list as Shown[]) this.keeping.take(kept(seq, message));
    this.after = Number(data.seq);
    this.isLive ||= data.more === '0';
  }

  readonly acknowledge = (): void => {
    // Its place is its own; the server need not know it.
  };

  async say({ msgId = crypto.randomUUID(), ...rest }: Speech): Promise<number> {
    let code: number | undefined;
    await until(`an answer to ${this.login.name}`, async () => {
      code = await sayByHttp(this.login.token, { msgId, ...rest }).catch(() => undefined);
      return code !== undefined;
    });
    return code ?? 0;
  }

  async leave(): Promise<void> {
    this.isWanted = false;
    this.asking.abort();
    await this.running;
    this.isLive = false;
  }

  vanish(): void {
    this.isWanted = false;
    this.asking.abort();
    this.isLive = false;
  }

  goOn(): void {
    this.asking.abort();
  }
}
