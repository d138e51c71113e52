import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

/** A mobile number in E.164, as `+8615768709546`. */
export type Mobile = string & { readonly __kind: 'mobile' };

export interface ParsedMobile {
  readonly mobile: Mobile;
  /** ISO 3166, as `CN`; undefined for a number of no country. */
  readonly country: CountryCode | undefined;
}

/**
 * Reads a number as people and clients write it: `15768709546`, `+86 157…`, `0086157…`.
 * @param code the country code for a number without one, as `+86`, `86` or `0086`
 * @returns undefined when no mobile network could have given it
 */
export function parseMobile(text: string, code = '+86'): ParsedMobile | undefined {
  const international = text.trim().replace(/^00/, '+');
  const prefix = code.trim().replace(/^(00|\+)?/, '+');
  const parsed = parsePhoneNumberFromString(
    international.startsWith('+') ? international : `${prefix}${international}`,
  );
  if (!parsed?.isValid()) return undefined;
  return { mobile: parsed.number as string as Mobile, country: parsed.country };
}

/** `15768709546`: a Chinese number without its country code, others in full (listings 1 and 9). */
export const nationalMobile = (mobile: string): string => mobile.replace(/^\+86/, '');

/** `138****0000`, for those who may not see it (decisions, Who sees what). */
export function maskMobile(mobile: string): string {
  const digits = nationalMobile(mobile);
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
