import { importPKCS8, SignJWT } from 'jose';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import {
  isPassing,
  PUSH_LIFE_SECONDS,
  type PushNotice,
  type PushOutcome,
  type PushProvider,
  type PushReply,
  postPush,
  pushJson,
  toEach,
} from './push.ts';

/** A Google service account's key file, as far as it is used. */
export const serviceAccount = z.looseObject({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().includes('PRIVATE KEY'),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccount = z.output<typeof serviceAccount>;

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** An access token lives an hour; it is renewed some minutes earlier. */
const TOKEN_MS = 55 * 60_000;
const tokenReply = z.looseObject({ access_token: z.string() });

const messageOf = ({ title, body, conversation, data }: PushNotice, token: string) =>
  JSON.stringify({
    message: {
      token,
      notification: { title, body },
      data,
      android: { ttl: `${PUSH_LIFE_SECONDS}s`, priority: 'HIGH', notification: { tag: conversation } },
      apns: {
        headers: { 'apns-collapse-id': conversation },
        payload: { aps: { sound: 'default', 'thread-id': conversation } },
      },
    },
  });

const detail = z.looseObject({
  errorCode: z.string().optional(),
  fieldViolations: z.array(z.looseObject({ field: z.string() })).optional(),
});
const refusal = z.looseObject({ error: z.looseObject({ details: z.array(detail) }) });

/** Whether FCM itself says that the token is none, or none any more: a bare 404 may be a proxy's. */
function isTokenDead(text: string): boolean {
  const details = refusal.safeParse(pushJson(text)).data?.error.details ?? [];
  return details.some(
    ({ errorCode, fieldViolations = [] }) =>
      errorCode === 'UNREGISTERED' || fieldViolations.some(({ field }) => field === 'message.token'),
  );
}

function outcomeOf({ status, text }: PushReply): PushOutcome {
  if (status === 200) return 'sent';
  if (isTokenDead(text)) return 'gone';
  return isPassing(status) || status === 401 ? 'retry' : 'refused';
}

/** Firebase Cloud Messaging, HTTP v1; also delivers to iOS. */
export function fcm(account: ServiceAccount, endpoint: string, clock: Clock): PushProvider {
  let access: { readonly token: Promise<string>; readonly until: number } | undefined;

  async function authorize(): Promise<string> {
    const seconds = Math.floor(clock.now() / 1000);
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(account.client_email)
      .setAudience(account.token_uri)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
      .sign(await importPKCS8(account.private_key.replaceAll('\\n', '\n'), 'RS256'));
    const form = new URLSearchParams({ grant_type: GRANT, assertion });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { text } = await postPush(account.token_uri, headers, form.toString());
    return tokenReply.parse(pushJson(text)).access_token;
  }

  /** One token for all who ask at once; none is kept that could not be had. */
  function accessToken(): Promise<string> {
    if (access && access.until > clock.now()) return access.token;
    const asked = { token: authorize(), until: clock.now() + TOKEN_MS };
    access = asked;
    asked.token.catch(() => {
      if (access === asked) access = undefined;
    });
    return asked.token;
  }

  const url = `${endpoint}/v1/projects/${account.project_id}/messages:send`;
  return {
    perRequest: 1,
    async send(notice, tokens) {
      const bearer = await accessToken().catch(() => undefined);
      if (!bearer) return tokens.map(() => 'retry');
      return toEach(tokens, async (token) => {
        const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
        const reply = await postPush(url, headers, messageOf(notice, token));
        if (reply.status === 401) access = undefined;
        return outcomeOf(reply);
      });
    },
  };
}
