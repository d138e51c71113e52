import { type MobilePlan, PLANS } from './mobile-plans.generated.ts';

const isWhole = (digits: string, pattern: string) => new RegExp(`^(?:${pattern})$`).test(digits);
const fits = (digits: string, [, pattern, lengths]: MobilePlan) =>
  lengths.includes(digits.length) && isWhole(digits, pattern);

/** Which of those that share a calling code a number belongs to. */
function ownerOf(digits: string, plans: readonly MobilePlan[]): MobilePlan | undefined {
  if (plans.length === 1) return plans[0];
  return plans.find((plan) => (plan[3] ? new RegExp(`^(?:${plan[3]})`).test(digits) : fits(digits, plan)));
}

/** Without what people write before a number at home, as the 0 of `+44 07…`, where it is that. */
function withoutPrefix(digits: string, plans: readonly MobilePlan[]): string {
  const [, , , , prefix, becomes] = plans[0] ?? [];
  const start = prefix ? new RegExp(`^(?:${prefix})`) : undefined;
  const found = start?.exec(digits);
  if (!start || !found) return digits;
  const hasRest = found.length > 1 && found.at(-1) !== undefined;
  const bare = becomes && hasRest ? digits.replace(start, becomes) : digits.slice(found[0].length);
  const isMobile = (given: string) => plans.some((plan) => fits(given, plan));
  return isMobile(bare) || !isMobile(digits) ? bare : digits;
}

export interface NationalMobile {
  readonly code: string;
  readonly digits: string;
  /** Undefined for a number of no country. */
  readonly country: string | undefined;
}

/** @param digits an international number without its plus; undefined where no mobile network could have given it */
export function readPlanned(digits: string): NationalMobile | undefined {
  const code = [1, 2, 3]
    .map((length) => digits.slice(0, length))
    .find((start) => Object.hasOwn(PLANS, start));
  const plans = code === undefined ? undefined : PLANS[Number(code)];
  if (code === undefined || !plans) return undefined;
  const national = withoutPrefix(digits.slice(code.length), plans);
  const plan = ownerOf(national, plans);
  if (!plan || !fits(national, plan)) return undefined;
  return { code, digits: national, country: plan[0] || undefined };
}
