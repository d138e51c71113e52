/** How much work one hash of a password is, in the parameters of scrypt: `N` = 2^`ln`, `r` and `p`. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's second scrypt setting: 16 MB and about 0.2 s, the most that a Workers isolate can bear. */
export const PASSWORD_COST: PasswordCost = { ln: 14, r: 8, p: 5 };
