import * as parser from 'socket.io-parser';
import { exceeds } from '../../../core/text/json.ts';
import { FRAME_BOUNDS } from '../../../realtime/frames.ts';

/** Takes packets of the apps alone: text, with little structure. Throws at any other, which ends the connection. */
class BoundedDecoder extends parser.Decoder {
  constructor() {
    super({ maxAttachments: 0 });
  }

  override add(packet: unknown): void {
    if (typeof packet === 'string' && exceeds(packet, FRAME_BOUNDS)) throw new Error('too much structure');
    super.add(packet);
  }
}

/** Socket.IO's own parser, with bounds on what it takes in. */
export const boundedParser = { Encoder: parser.Encoder, Decoder: BoundedDecoder };
