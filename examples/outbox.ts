/** Writes a message in a tunnel, is closed, and sends it after the next start. */
import { createClient, memoryStore } from '@teahouse/client';
import { realtime } from '@teahouse/client/realtime';
import { befriend, must, newcomer, url } from './people.ts';

const [li, wang] = [await newcomer('李雷'), await newcomer('王梅')];
await befriend(li, wang);
const token = must(await li.client.token(), 'be logged in');

// In an app this is webStore(localStorage): it outlives the program.
const store = memoryStore();

const inTunnel = createClient({ url: 'http://127.0.0.1:9', store });
await inTunnel.signIn(token);
const before = await realtime(inTunnel);
const sending = before.send({ user: wang.id }, 'text', '我在隧道里');
before.close();
const result = await sending;
console.log(!result.ok && result.isLost ? 'It waits in the outbox.' : 'It is sent.');

const outside = createClient({ url, store });
await new Promise<void>((resolve) => {
  void realtime(outside, {
    onSent(message, { ok }) {
      console.log(`“${message.content}” is ${ok ? 'sent' : 'refused'}.`);
      resolve();
    },
  }).then(async (after) => {
    for await (const event of after) console.log(event.type);
  });
});

const theirs = await realtime(wang.client);
for await (const event of theirs) {
  if (event.type !== 'text') continue;
  console.log(`${event.fromName}: ${event.content}`);
  break;
}
process.exit(0); // the connections stay open else
