/**
 * The floor of a delivery: a bare `Bun.serve` that keeps nothing. What one client sends goes to all the others, in the
 * bytes in which Teahouse sends it. Started by floor.ts with PORT.
 */

import { GROUP } from './seed.ts';

interface Sent {
  readonly op: string;
  readonly message: { readonly msgId: string; readonly messageType: number; readonly content: string };
}
type Socket = Bun.ServerWebSocket<{ readonly id: number }>;

const sockets = new Set<Socket>();
let seq = 1000;

function handOn(from: Socket, { msgId, messageType, content }: Sent['message']): void {
  const now = Date.now();
  const message = {
    id: now * 100 + 12,
    msgId,
    fromId: from.data.id,
    fromName: 'user1',
    imageIconUrl: '',
    fromType: 2,
    destId: GROUP,
    content,
    messageType,
    sendTime: now,
    receiveTime: now,
    devType: 1,
  };
  seq += 1;
  const frame = `{"op":"message","seq":${seq},"message":${JSON.stringify(message)}}`;
  for (const socket of sockets) if (socket !== from) socket.send(frame);
  from.send(
    JSON.stringify({ op: 'sent', msgId, code: 1, data: { info: msgId, id: message.id, sendTime: now } }),
  );
}

const server = Bun.serve({
  port: Number(process.env['PORT']),
  hostname: '127.0.0.1',
  fetch(request, self) {
    const id = Number(new URL(request.url).searchParams.get('token'));
    return self.upgrade(request, { data: { id } }) ? undefined : new Response('ok');
  },
  websocket: {
    data: {} as { readonly id: number },
    open: (socket) => void sockets.add(socket),
    close: (socket) => void sockets.delete(socket),
    message(socket, text) {
      const frame = JSON.parse(String(text)) as Sent;
      if (frame.op === 'send') handOn(socket, frame.message);
    },
  },
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`http://127.0.0.1:${server.port}\n`);
