import { withoutHidden } from './hidden.ts';
import { readPlanned } from './mobile-plans.ts';

/** A mobile number in E.164, as `+8615768709546`. */
export type Mobile = string & { readonly __kind: 'mobile' };

export interface ParsedMobile {
  readonly mobile: Mobile;
  /** ISO 3166, as `CN`; undefined for a number of no country. */
  readonly country: string | undefined;
}

/** What address books and web pages write before a number. */
const label = /^(?:(?:telephone|tel|phone|mobile|cell|sms|联系|电话|手机|号码|号)[:：]?)*/i;
/** An extension, a pause, or what a `tel:` address says besides its number (RFC 3966). */
const extension = /(?:;|,|#|ext|x|p|w|转|分机).*$/i;
const context = /;phone-context=(\+\d{1,4})/i;
/** Between the digits: blanks, dashes, dots, brackets, slashes, tildes of every width. */
const separators = /[\s\p{Z}\p{Pd}\p{Ps}\p{Pe}\u2212\u30FC~_.·•‧∙⋅・。'/]/gu;

/** `٠` to `٩`, and the Persian ones. */
const arabicDigits = /[\u0660-\u0669\u06F0-\u06F9]/g;

/** `+` and the country's digits: `+86`, `86`, `0086`, `+0086` as `+86`. */
const withPlus = (digits: string): string => digits.replace(/^(?:\+0*|00+)/, '+');

/** The digits as they are meant, perhaps behind a `+`. */
function digitsOf(text: string): string {
  const plain = withoutHidden(text.normalize('NFKC'))
    .replace(separators, '')
    .replace(arabicDigits, (digit) => String(digit.charCodeAt(0) & 0xf));
  const [, country = ''] = context.exec(text) ?? [];
  const number = plain.replace(label, '').replace(extension, '');
  return withPlus(number.startsWith('+') ? number : `${country}${number}`);
}

/** Characters that a number may have with all that stands around it. */
const LONGEST = 100;

/** Chinese mobiles that need no plan: an address book has thousands. */
const PLAIN_CHINESE = /^(?:\+?86)?(1(?:[38]\d|5[0-35-9])\d{8})$/;

function judged(international: string): ParsedMobile | undefined {
  const found = readPlanned(international.slice(1));
  return found && { mobile: `+${found.code}${found.digits}` as Mobile, country: found.country };
}

/**
 * Reads a number as people type it and other apps leave it when it is copied: `15768709546`, `+86 157…`,
 * `0086157…`, `86157…`, full-width, `tel:`, with an extension, between invisible marks. The one reader there is.
 * @param code the country code for a number without one, as `+86`, `86` or `0086`
 * @returns undefined when no mobile network could have given it
 */
export function parseMobile(text: string, code = '+86'): ParsedMobile | undefined {
  if (text.length > LONGEST) return undefined;
  const digits = digitsOf(text);
  if (!/^\+?\d{5,20}$/.test(digits)) return undefined;
  const prefix = withPlus(`+${digitsOf(code).replace('+', '')}`);
  const isChinese = digits.startsWith('+') || prefix === '+86';
  const chinese = isChinese ? PLAIN_CHINESE.exec(digits)?.[1] : undefined;
  if (chinese) return { mobile: `+86${chinese}` as Mobile, country: 'CN' };
  if (digits.startsWith('+')) return judged(digits);
  const repeated = digits.startsWith(prefix.slice(1)) ? judged(`+${digits}`) : undefined;
  return judged(`${prefix}${digits}`) ?? repeated;
}

/** `15768709546`: a Chinese number without its country code, others in full (listings 1 and 9). */
export const nationalMobile = (mobile: string): string => mobile.replace(/^\+86/, '');
