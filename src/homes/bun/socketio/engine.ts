import type { IncomingMessage } from 'node:http';
import { Server, type Transport } from 'engine.io';
import { oldPollingParser, type PollingParser } from './old-polling.ts';
import { queryOf } from './query.ts';

/** Engine.IO, which answers clients of its third protocol as the original's server did. */
export class Engine extends Server {
  protected override createTransport(
    name: Parameters<Server['createTransport']>[0],
    request: IncomingMessage,
  ): Transport {
    const transport = super.createTransport(name, request);
    if (name !== 'polling' || transport.protocol !== 3) return transport;
    const takesBinary = queryOf(request, 'b64') === null && queryOf(request, 'j') === null;
    const { parser } = transport as unknown as { parser: PollingParser }; // that of its protocol
    return Object.assign(transport, { parser: oldPollingParser(parser, takesBinary) });
  }
}
