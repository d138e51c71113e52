/**
 * A chat with red packets in a terminal: `bun red-packet-chat.ts MOBILE PASSWORD FRIEND_ID`. What is typed goes to the
 * friend; `/packet 8.88` sends a red packet, and those of the friend are opened. It outlives lines that break, and a
 * login on another device: then it logs in again.
 */
import { createInterface } from 'node:readline';
import { createClient } from '@teahouse/client';
import { type Realtime, type RealtimeEvent, realtime } from '@teahouse/client/realtime';

const [mobie = '', pwd = '', friend = ''] = process.argv.slice(2);
const client = createClient({ url: process.env['TEAHOUSE_URL'] ?? 'http://127.0.0.1:8787' });
let live: Realtime | undefined;

async function open(redPacketId: string) {
  const opened = await client.api.openRedPacket({ redPacketId });
  if (opened.ok) console.log(`* a red packet: ${opened.data.info} yuan`);
  else console.log(`* a red packet: ${opened.info}`);
}

async function show(event: RealtimeEvent) {
  if (event.fromId !== friend) return;
  if (event.type === 'text') console.log(`< ${event.content}`);
  if (event.type === 'redPacketSent') await open(event.data.redPacketId);
  if (event.type === 'redPacketOpened') console.log('* your red packet was opened');
}

async function sendPacket(redPacketAmount: string) {
  const packet = { redPacketAmount, redPacketCount: 1, redPacketType: 1, destType: 1, destId: friend };
  const sent = await client.api.sendRedPacket(packet);
  console.log(sent.ok ? '* your red packet is sent' : `* ${sent.info}`);
}

async function say(text: string) {
  const sent = await live?.send({ user: friend }, 'text', text);
  if (sent && !sent.ok) console.log(`* ${text}: ${sent.isLost ? 'waits' : sent.info}`);
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [, amount] = /^\/packet (\S+)$/.exec(line) ?? [];
    void (amount ? sendPacket(amount) : say(line));
  })
  .on('close', () => process.exit(0));

for (;;) {
  const login = await client.logIn({ mobie, pwd, device: 3 });
  if (!login.ok && !login.isLost) throw new Error(login.info);
  if (!login.ok) {
    await new Promise((soon) => setTimeout(soon, 1000)); // no network
    continue;
  }
  live = await realtime(client, { onStatus: ({ state }) => console.log(`* ${state}`) });
  for await (const event of live) await show(event);
}
