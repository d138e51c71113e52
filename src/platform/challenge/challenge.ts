/** What an app needs to show a challenge. */
export interface ShownChallenge extends Readonly<Record<string, string>> {
  /** `turnstile` or `aliyun`. */
  readonly challenge: string;
  readonly siteKey: string;
}

/**
 * `unavailable`: the vendor did not say, or said that our account or itself is at fault. What a sender could bring about
 * by what they send is `failed`.
 */
export type Verdict = 'passed' | 'failed' | 'unavailable';

/** Asks a vendor whether somebody has proved to be a person. Every adapter passes `test/platform/challenge/challenge.test.ts`. */
export interface Challenge {
  readonly shown: ShownChallenge;
  /**
   * Never throws. A proof counts once.
   * @param proof what the vendor's widget gave the app
   * @param address the client's
   */
  verify(proof: string, address: string): Promise<Verdict>;
}

/** A person is waiting. */
export const TIMEOUT_MS = 5000;
