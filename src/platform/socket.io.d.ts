/** What `socketio.bun.ts` uses of Socket.IO's server, so that types do not need the package. */
declare module 'socket.io' {
  import type { Server as HttpServer, IncomingMessage } from 'node:http';

  export interface Socket {
    /** The request that opened the connection. */
    readonly request: IncomingMessage;
    // biome-ignore lint/suspicious/noExplicitAny: what a client sends is not known; listeners take it as unknown
    on(event: string, listener: (...args: any[]) => void): this;
    emit(event: string, ...args: unknown[]): boolean;
    disconnect(close?: boolean): this;
  }

  export interface ServerOptions {
    readonly allowEIO3: boolean;
    readonly serveClient: boolean;
    readonly perMessageDeflate: boolean;
    readonly httpCompression: boolean;
    readonly maxHttpBufferSize: number;
    readonly cors: { readonly origin: string };
    allowRequest(request: IncomingMessage, answer: (error: string | null, allowed: boolean) => void): void;
  }

  export class Server {
    constructor(http: HttpServer, options: ServerOptions);
    on(event: 'connection', listener: (socket: Socket) => void): this;
    close(): Promise<void>;
  }
}
