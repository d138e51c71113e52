/** Sends money once, however often the user presses the button. */
import { befriend, must, newcomer } from './people.ts';

const [li, wang] = [await newcomer('李雷'), await newcomer('王梅')];
await befriend(li, wang);
must((await li.client.api.recharge({ amount: '20.00' })).ok, 'take play money');

// The key stands for what the user wants: keep it with the draft, until the answer has come.
const idempotencyKey = crypto.randomUUID();
const packet = { redPacketAmount: '5.00', redPacketCount: 1, redPacketType: 1, destType: 1, destId: wang.id };
const pay = () => li.client.api.sendRedPacket(packet, { idempotencyKey });

const [first, second] = await Promise.all([pay(), pay()]);
must(first.ok && second.ok && first.data.info === second.data.info, 'pay once');
const balance = await li.client.api.getBalance();
console.log(`There are ${balance.ok ? balance.data : '?'} left.`);
