import * as z from 'zod';

/** Where somebody is, in degrees: -90 to 90 and -180 to 180. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * One half of a position as a client sent it: only `placeOf` makes a place of two. Its degrees are undefined where
 * the text is what a library gives without a fix.
 */
export interface Coordinate {
  readonly degrees: number | undefined;
}

/** How languages print that there is no number: Java and JavaScript, Objective-C, Swift, C (also Microsoft's). */
const NO_NUMBER = /^[+-]?\(?(null|nil|none|undefined|nan(\(\w*\))?|inf(inity)?|1\.#\w+)\)?$/i;
/** Decimal text; with an exponent where languages print small numbers so. */
const NUMBER = /^[+-]?\d{1,3}(\.\d{1,24})?(e[+-]?\d{1,3})?$/i;

/**
 * Numbers that stand for "unset": Baidu's Double.MIN_VALUE (4.9E-324), other languages' smallest and largest, and
 * the latitude of Core Location's kCLLocationCoordinate2DInvalid. No place has them: 1e-30 degrees are less than
 * an atom.
 */
const isUnset = (degrees: number, limit: 90 | 180) =>
  (degrees !== 0 && Math.abs(degrees) < 1e-30) ||
  Math.abs(degrees) > 1e30 ||
  (limit === 90 && degrees === -180);

function read(text: string, limit: 90 | 180): Coordinate | undefined {
  if (NO_NUMBER.test(text)) return { degrees: undefined };
  const degrees = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (isUnset(degrees, limit)) return { degrees: undefined };
  return Math.abs(degrees) <= limit ? { degrees } : undefined;
}

const coordinate = (description: string, limit: 90 | 180) =>
  z
    .string()
    .trim()
    .transform((text, context): Coordinate => {
      const coordinate = read(text, limit);
      if (coordinate) return coordinate;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .meta({ description, type: 'number', minimum: -limit, maximum: limit });

/** Degrees of latitude; what is beyond a pole is refused. */
export const latitude = (description = '纬度') => coordinate(description, 90);
/** Degrees of longitude. */
export const longitude = (description = '经度') => coordinate(description, 180);

/**
 * The place that two coordinates name; undefined where one is missing, or where they are what map libraries report
 * without a fix. Exactly 0, 0 is that, too: AMap's and Android's new location, Objective-C's nil.
 */
export function placeOf(
  latitude: Coordinate | undefined,
  longitude: Coordinate | undefined,
): Place | undefined {
  const [north, east] = [latitude?.degrees, longitude?.degrees];
  if (north === undefined || east === undefined || (north === 0 && east === 0)) return undefined;
  return { latitude: north, longitude: east };
}

/** The spellings under which clients send a position (docs/decisions.md#paths). */
export const positionAliases = { longitude: 'lon', lng: 'lon', latitude: 'lat' } as const;
