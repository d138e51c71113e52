import { expect, test } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import type { Acknowledgement } from '../../src/realtime/cursors.ts';
import { GatheredAcks } from '../../src/realtime/gathered-acks.ts';

const ack = (device: number, seq: number): Acknowledgement => ({ userId: 1 as UserId, device, seq });

/** Writes that end when the test says so. */
function held() {
  const written: (readonly Acknowledgement[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const acks = new GatheredAcks((some) => {
    written.push(some);
    return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  });
  const end = (error?: Error) => ends.shift()?.(error);
  return { acks, written, end };
}
const turn = () => new Promise((soon) => setTimeout(soon, 0));

test('acknowledgements that come while one is written go together, the last of each device kind', async () => {
  const { acks, written, end } = held();
  const all = [acks.add(ack(1, 1))];
  for (let seq = 2; seq <= 1000; seq++) all.push(acks.add(ack(1, seq)));
  all.push(acks.add(ack(2, 7)), acks.add(ack(1, 999)));
  expect(written).toEqual([[ack(1, 1)]]);
  end();
  await turn();
  expect(written.slice(1)).toEqual([[ack(1, 1000), ack(2, 7)]]);
  end();
  await Promise.all(all);
  expect(written).toHaveLength(2);
});

test('one that was not written is told of, and what is said again is written', async () => {
  const { acks, written, end } = held();
  const lost = acks.add(ack(1, 1));
  const behind = acks.add(ack(1, 2));
  end(new Error('away'));
  await expect(lost).rejects.toThrow('away');
  await expect(behind).rejects.toThrow('away');
  const again = acks.add(ack(1, 3));
  end();
  await again;
  expect(written).toEqual([[ack(1, 1)], [ack(1, 3)]]);
});
