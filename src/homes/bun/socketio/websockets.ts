import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

/** How long a client may take to answer our goodbye. */
const CLOSE_MS = 1000;

/** Counts a frame; false where it is one too many. */
export type CountFrame = () => boolean;

/**
 * Prepares the WebSockets below Engine.IO: every frame of one is counted as it comes, whatever it says and whatever
 * has become of the connection that it carries. One that says too much is ended at once.
 * @param counterOf counts for the user who has asked for the WebSocket
 */
export const countingWebSockets = (counterOf: (request: IncomingMessage) => CountFrame) =>
  class CountingWebSockets extends WebSocketServer {
    constructor(options: ServerOptions) {
      const bounded = { ...options, closeTimeout: CLOSE_MS }; // newer than the types
      super(bounded);
    }

    override handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      made: (client: WebSocket, request: IncomingMessage) => void,
    ): void {
      const count = counterOf(request);
      super.handleUpgrade(request, socket, head, (client) => {
        const take = () => void (count() || client.terminate());
        for (const event of ['message', 'ping', 'pong'] as const) client.on(event, take);
        made(client, request);
      });
    }
  };
