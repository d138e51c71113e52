import { Buffer } from 'node:buffer';
import type { Network } from './address.ts';
import { Refusal, refuse } from './failure.ts';
import type { Intake, Waiting } from './intake.ts';
import type { Pairs } from './pairs.ts';

/** Read of a body before it is known who sends it: so much may hold a token, and so much is read for anybody. */
export const HEAD_BYTES = 64 * 1024;
/** What an ordinary call sends: read in one go, and not counted. */
const LITTLE_BYTES = 8 * 1024;

/** A sender has so long before the rate is looked at, and so long for a whole body: ms of waiting for the sender. */
const GRACE_MS = 15_000;
const DEADLINE_MS = 300_000;
/** Bytes per second with which a body must come in: less than the slowest of telephone networks. */
const LOWEST_RATE = 1024;
/** How often a body on Workers looks at its own pace. */
const LOOK_MS = 5000;

/** What both runtimes' readers of a body have in common. */
interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** Lets large bodies in, or refuses: given what is known of the parameters by then. */
export type Admit = (known: Pairs) => Promise<void>;

/**
 * The body of one request: the only way to its bytes. They count as held until the call ends; a sender who is too
 * slow, or goes away, ends the call with a refusal and no fault. Beyond `HEAD_BYTES` nothing is read before `admit`
 * has let it in.
 */
export class RequestBody implements Waiting {
  /** From whom more than `HEAD_BYTES` are taken; from nobody while it is not set. */
  admit: Admit = async () => refuse('SESSION_ENDED');
  readonly #request: Request;
  readonly #intake: Intake;
  readonly #networks: () => readonly Network[];
  readonly #length: number;
  #user: number | undefined;
  #shares: ReturnType<Intake['sharesOf']> | undefined;
  #held = 0;
  #received = 0;
  #reader: ChunkReader | undefined;
  #waited = 0;
  #since: number | undefined;
  #fail: (error: Refusal) => void = () => {};

  /** @param networks those of the client's address */
  constructor(request: Request, intake: Intake, networks: () => readonly Network[]) {
    this.#request = request;
    this.#intake = intake;
    this.#networks = networks;
    this.#length = Number(request.headers.get('content-length') ?? Number.NaN);
  }

  /**
   * Whether the request says that nothing follows it. Looking at `body` makes a stream of it, which costs more than
   * all the rest.
   */
  get isEmpty(): boolean {
    return this.#length === 0 || (Number.isNaN(this.#length) && !this.#request.body);
  }

  /** Whether the request says that its body is so small that it does not count. */
  get isLittle(): boolean {
    return this.#length <= LITTLE_BYTES;
  }

  /** Whether the request says that its body is larger than this. */
  saysMoreThan(bytes: number): boolean {
    return this.#length > bytes;
  }

  /** From here on the bytes count for a user. */
  belongTo(user: number): void {
    const held = this.#held;
    this.letGo();
    this.#user = user;
    this.#shares = undefined;
    this.#hold(held);
  }

  /**
   * The whole body as text of UTF-8, at most `limit` bytes; refuses BODY_TOO_LARGE, BUSY, TOO_SLOW, BROKEN_OFF, and
   * what `admit` does.
   */
  text(limit: number, known: (head: string) => Pairs = () => []): Promise<string> {
    return this.isLittle && this.#length <= limit ? this.#inOneGo() : this.#inChunks(limit, known);
  }

  async #inChunks(limit: number, known: (head: string) => Pairs): Promise<string> {
    const chunks: Uint8Array[] = [];
    const soFar = () => decoded(Buffer.concat(chunks));
    for await (const chunk of this.chunks(limit, () => known(soFar()))) chunks.push(chunk);
    return soFar();
  }

  /**
   * The same as it comes in.
   * @param known the parameters that are known when `HEAD_BYTES` have been read, for `admit`
   */
  async *chunks(limit: number, known: () => Pairs = () => []): AsyncGenerator<Uint8Array> {
    if (this.#length > limit) refuse('BODY_TOO_LARGE');
    const { body } = this.#request;
    if (!body) return;
    this.#reader = body.getReader();
    this.#intake.begin(this);
    const look = this.#intake.hasNoSweep
      ? setInterval(() => this.endIfTooSlow(this.#intake.clock.now()), LOOK_MS)
      : undefined;
    try {
      for (let chunk = await this.#next(this.#reader); chunk; chunk = await this.#next(this.#reader)) {
        const before = this.#received;
        this.#received += chunk.length;
        if (this.#received > limit) refuse('BODY_TOO_LARGE');
        this.#hold(countedOf(this.#received) - countedOf(before));
        const free = HEAD_BYTES - before;
        if (free < 0 || chunk.length <= free) {
          yield chunk;
          continue;
        }
        if (free > 0) yield chunk.subarray(0, free);
        await this.admit(known());
        yield chunk.subarray(free);
      }
      if (this.#received < this.#length) throw brokenOff();
    } finally {
      clearInterval(look);
      this.#stop();
    }
  }

  /** What was read is not held any more: written away, or thrown away. */
  letGo(): void {
    if (this.#shares && this.#held > 0) this.#intake.release(this.#shares, this.#held);
    this.#held = 0;
  }

  /** The call has ended. */
  close(): void {
    this.#stop();
    this.letGo();
  }

  endIfTooSlow(now: number): void {
    if (this.#since === undefined) return;
    const waited = this.#waited + now - this.#since;
    if (waited <= GRACE_MS) return;
    if (waited <= DEADLINE_MS && this.#received * 1000 >= waited * LOWEST_RATE) return;
    this.#fail(new Refusal('TOO_SLOW'));
  }

  #hold(bytes: number): void {
    this.#shares ??= this.#intake.sharesOf(this.#networks(), this.#user);
    try {
      if (bytes > 0) this.#intake.hold(this.#shares, bytes);
    } catch (error) {
      this.letGo(); // at once: the call is over, and others who grow beside it need the room
      throw error;
    }
    this.#held += bytes;
  }

  #stop(): void {
    this.#intake.end(this);
    this.#reader?.cancel().catch(() => {});
    this.#reader = undefined;
  }

  /** Waits for the sender, who may go away or be too slow. */
  async #wait<Value>(coming: Promise<Value>): Promise<Value> {
    this.#since = this.#intake.clock.now();
    try {
      return await new Promise<Value>((resolve, reject) => {
        this.#fail = reject;
        coming.then(resolve, () => reject(brokenOff()));
      });
    } finally {
      this.#waited += this.#intake.clock.now() - this.#since;
      this.#since = undefined;
    }
  }

  async #next(reader: ChunkReader): Promise<Uint8Array | undefined> {
    const { value } = await this.#wait(reader.read());
    return value;
  }

  #inOneGo(): Promise<string> {
    this.#intake.begin(this);
    this.#since = this.#intake.clock.now();
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      const end = () => {
        this.#intake.end(this);
        this.#since = undefined;
      };
      this.#request.text().then(
        (text) => {
          end();
          resolve(text);
        },
        () => {
          end();
          reject(brokenOff());
        },
      );
    });
  }
}

const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/**
 * So many of the bytes of a body count: its beginning is free, or nobody could log in while large bodies fill the
 * memory.
 */
const countedOf = (bytes: number) => Math.max(0, bytes - LITTLE_BYTES);

const brokenOff = () => new Refusal('BROKEN_OFF');
