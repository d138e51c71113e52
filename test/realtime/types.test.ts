import { expect, test } from 'vitest';
import { EVENT } from '../../src/realtime/events.ts';
import { isClientType, MESSAGE_TYPES } from '../../src/realtime/message-types.ts';

test('every event that the server sends is described, is the server’s alone, and has a number of its own', () => {
  const numbers: readonly number[] = Object.values(EVENT);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers) {
    expect(MESSAGE_TYPES[number]?.sender, String(number)).toBe('server');
    expect(isClientType(number)).toBe(false);
  }
});

test('nothing is described as the server’s that the server never sends', () => {
  const sent = new Set<number>(Object.values(EVENT));
  const described = Object.entries(MESSAGE_TYPES).filter(([, { sender }]) => sender === 'server');
  expect(described.map(([number]) => Number(number)).filter((number) => !sent.has(number))).toEqual([]);
});
