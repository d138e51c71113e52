import { type Random, randomText } from '../../core/random.ts';

/** Letters and digits of a code's number: 142 bits, so that nobody finds one by trying. */
const LENGTH = 24;
const FORM = new RegExp(`^(?:uuid:)?([0-9A-Za-z]{${LENGTH}})$`);

export const newNumber = (random: Random): string => randomText(random, LENGTH);

/** What the picture says. */
export const qcodeOf = (number: string): string => `uuid:${number}`;

/** The number in what an app has scanned, with or without `uuid:`; undefined where it is no code of ours. */
export const numberIn = (scanned: string): string | undefined => FORM.exec(scanned)?.[1];
