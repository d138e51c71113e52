/**
 * Months and days are those of Asia/Shanghai (docs/decisions.md#ids-and-time), which has had no daylight saving since
 * 1991.
 */
const OFFSET_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

/** `2018-11-16 09:19:34`, Asia/Shanghai, of epoch milliseconds. */
export const chinaDateText = (ms: number): string =>
  new Date(ms + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');

/** The day in Asia/Shanghai as a number: days since 1970-01-01 there. */
export const chinaDay = (ms: number): number => Math.floor((ms + OFFSET_MS) / DAY_MS);

/** Epoch milliseconds of the last midnight in Asia/Shanghai. */
export const chinaDayStart = (ms: number): number =>
  Math.floor((ms + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS;

/** A month of Asia/Shanghai, whole: from its first millisecond until the first of the next. Months count from 1. */
export const chinaMonth = (year: number, month: number): { from: number; until: number } => ({
  from: Date.UTC(year, month - 1) - OFFSET_MS,
  until: Date.UTC(year, month) - OFFSET_MS,
});

/** `2018-11-16T09:19:34+08:00`, of epoch milliseconds. */
export const chinaIsoText = (ms: number): string => `${chinaDateText(ms).replace(' ', 'T')}+08:00`;

/** `2018-11-16` of a day's number (`chinaDay`). */
export const chinaDayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
