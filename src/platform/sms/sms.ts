/**
 * Why a message was not sent, in the words that the document has for it (listing 14). `UNCLEAR`: nobody knows
 * whether it was, because the vendor may have taken it before the answer was lost.
 */
export type SmsFailure =
  | 'BAD_NUMBER'
  | 'REGION_NOT_SERVED'
  | 'TOO_MANY_TODAY'
  | 'PROVIDER_REFUSED'
  | 'SEND_FAILED'
  | 'UNCLEAR';

/** Sends one-time codes. Every adapter passes `test/platform/sms/sms.test.ts`. */
export interface Sms {
  /** True for the sandbox provider, which hands the code back to the caller instead of sending it. */
  readonly showsCode: boolean;
  /**
   * @param mobile E.164
   * @param app the app's name, for the text
   * @returns undefined when the provider took the message
   */
  sendCode(mobile: string, code: string, app: string): Promise<SmsFailure | undefined>;
  /**
   * Tells a number that the account which it belongs to has another, or that it belongs to one now. A vendor that sends
   * approved templates alone has one for that, or sends nothing.
   * @param words for a vendor that takes any text
   * @returns undefined when the provider took it, or has nothing to send
   */
  sendNotice(mobile: string, words: string, app: string): Promise<SmsFailure | undefined>;
}
