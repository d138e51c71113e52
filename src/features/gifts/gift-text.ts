import { type Fen, fen, parseYuan } from '../../core/fen.ts';
import { exceeds, readJson } from '../../core/text/json.ts';

/** What the `gift` of a call says: the text to show, and what it wants to cost. */
export interface GiftText {
  readonly content: string;
  /** The catalogue's key, if it names one. */
  readonly key: string | null;
  readonly price: Fen;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined; // an object's values are unknown
}

const priceOf = (value: unknown): Fen | undefined => {
  if (value === undefined || value === null || value === '') return fen(0);
  return typeof value === 'string' || typeof value === 'number' ? parseYuan(String(value)) : undefined;
};

/**
 * Reads a gift (docs/decisions.md#gifts): JSON with `key` and `price`, or any other text, which is free. JSON is
 * written again, so that every reader finds the price that was paid. Undefined when the price is none, or the text
 * is nested so deep that it is not read: others might find a price in it.
 */
export function readGift(text: string): GiftText | undefined {
  if (exceeds(text)) return undefined;
  const json = jsonObject(text);
  if (!json) return { content: text, key: null, price: fen(0) };
  const price = priceOf(json['price']);
  if (price === undefined) return undefined;
  const key = typeof json['key'] === 'string' ? json['key'] : null;
  return { content: JSON.stringify(json), key, price };
}
