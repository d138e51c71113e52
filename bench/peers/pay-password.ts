import { createHmac } from 'node:crypto';

/** What is stored of a pay password: as src/features/pay-password makes it, written anew for the peers. */
export const payDigestBy =
  (pepper: string) =>
  (user: number, md5: string): string =>
    createHmac('sha256', pepper).update(`pay_passwords.digest\0${user}:${md5}`, 'utf8').digest('base64url');
