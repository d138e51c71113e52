import { afterAll, beforeAll, expect, test } from 'vitest';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { sharedServer } from './evening/cast.ts';
import { breakLine, moments, Stream } from './stream/stream.ts';

const RECEIVER_CUTS = 12;
const SENDER_CUTS = 4;

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

let stream: Stream;
beforeAll(async () => {
  stream = await Stream.begin(sharedServer());
});
afterAll(() => stream?.end());

test('a stream from three senders reaches everybody once and in order, however often lines break', async () => {
  const random = seeded(chosenSeed());
  console.error(`stream: SEED=${random.seed}`);
  const breaking = [
    ...stream.receivers.map((device) => ({ device, counter: device, cuts: RECEIVER_CUTS })),
    // A sender does not receive what it says: what another one receives tells how far the stream is.
    ...stream.senders.map((device) => ({
      device,
      counter: stream.receivers[0] ?? device,
      cuts: SENDER_CUTS,
    })),
  ];
  await Promise.all([
    stream.flow(),
    ...breaking.map(({ device, counter, cuts }) =>
      stream.when(counter, moments(random, cuts), () => breakLine(device, random)),
    ),
  ]);
  await stream.expectAllInOrder();
  // A break may fall between two connections of one who asks, or be ahead of the bytes that it waits for.
  for (const { device } of breaking) expect(device.login.line.cuts, device.login.name).toBeGreaterThan(0);
  expect(sumOf(breaking.map(({ device }) => device.login.line.cuts))).toBeGreaterThan(
    sumOf(breaking.map(({ cuts }) => cuts)) / 2,
  );
});
