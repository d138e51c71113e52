import {
  type ClientFrame,
  CODE,
  type Line,
  type LineEvents,
  type OpenLine,
  type ServerFrame,
} from './line.ts';

/** The part of a `WebSocket` that a line needs. */
interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}
/** A class as `WebSocket`: the global one, or that of the package `ws` on Node 20. */
export type SocketClass = new (url: string) => object;

/** A line that has said nothing for so long is asked whether it is there, and has as long again to answer. */
const SILENCE_MS = 20_000;
/** Exactly this text, so that a sleeping object of a Worker can answer. */
const PING = '{"op":"ping"}';

function frameOf(data: unknown): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null && 'op' in frame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}

class SocketLine implements Line {
  readonly #socket: Socket;
  readonly #events: LineEvents;
  #isOpen = false;
  #isEnded = false;
  #wasAsked = false;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: Socket, events: LineEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.onopen = () => {
      if (this.#isEnded) return;
      this.#isOpen = true;
      events.onOpen();
    };
    socket.onmessage = ({ data }) => this.#take(frameOf(data));
    socket.onclose = ({ code, reason }) => this.#end(code, reason);
    socket.onerror = () => this.#end(CODE.lost, 'The socket failed.');
    this.#listen();
  }

  #listen() {
    this.#wasAsked = false;
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#silent(), SILENCE_MS);
  }

  #silent() {
    if (this.#wasAsked || !this.#isOpen) return this.#end(CODE.lost, 'The line is silent.');
    this.#wasAsked = true;
    this.#socket.send(PING);
    this.#watch = setTimeout(() => this.#silent(), SILENCE_MS);
  }

  #take(frame: ServerFrame | undefined) {
    if (this.#isEnded) return;
    this.#listen();
    if (!frame) return;
    // The last frame: the closing itself may not come through.
    if (frame.op === 'bye') this.#end(frame.code, frame.reason);
    else this.#events.onFrame(frame);
  }

  #end(code: number, reason: string) {
    if (this.#isEnded) return;
    this.close();
    this.#events.onEnd({ code, reason, wasOpen: this.#isOpen });
  }

  send(frame: ClientFrame): void {
    if (this.#isOpen && !this.#isEnded) this.#socket.send(JSON.stringify(frame));
  }

  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#watch);
    this.#socket.close();
  }
}

/** Lines over `WS /im`. */
export const socketLines =
  (url: string, WebSocket: SocketClass): OpenLine =>
  (token, after, events) => {
    const query = new URLSearchParams({ token, ...(after === undefined ? {} : { after: String(after) }) });
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/im?${query}`);
    return new SocketLine(socket as Socket, events); // the types of each platform's differ
  };
