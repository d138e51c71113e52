/** A password's hash as servers store it: OWASP's second scrypt setting. */
export const FULL_COST = /^\$scrypt\$ln=14,r=8,p=5\$/;
