import * as z from 'zod';
import { configProblems } from './config-problems.ts';
import { type Fen, parseYuan } from './core/fen.ts';
import { Problem } from './core/problem.ts';
import { challengeSettings } from './platform/challenge/settings.ts';

/** @returns a whole number's schema, which also says in words what the value must be */
const whole = (fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .default(fallback)
    .meta({ expects: `a whole number from ${min} ${max === Number.MAX_SAFE_INTEGER ? 'on' : `to ${max}`}` });
const text = (fallback = '') => z.string().trim().default(fallback);
const flag = z
  .enum(['0', '1', 'false', 'true'])
  .default('0')
  .transform((value) => value === '1' || value === 'true');
/** An amount in yuan, as `500.00`; the setting's value is in fen. */
const amount = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((value, context): Fen => {
      const parsed = parseYuan(value);
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: 'custom', message: 'an amount in yuan, as 500.00' });
      return z.NEVER;
    })
    .meta({ shown: fallback });
/** An amount whose default depends on other settings. */
const amountIfAny = z
  .string()
  .optional()
  .transform((value, context): Fen | undefined => {
    const parsed = value === undefined ? undefined : parseYuan(value);
    if (parsed !== undefined || value === undefined) return parsed;
    context.addIssue({ code: 'custom', message: 'an amount in yuan, as 500.00' });
    return z.NEVER;
  });
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
const origin = z
  .union([z.literal(''), z.url({ protocol: /^https?$/ })])
  .default('')
  .transform((value) => value.replace(/\/+$/, ''))
  .meta({ expects: 'a URL that begins with https:// or http://' });

/**
 * Every setting, in the order of the reference page: its schema, default and description.
 * `docs/configuration.md` is generated from here (`teahouse config --markdown`).
 */
export const settings = {
  MODE: z
    .enum(['sandbox', 'production'])
    .default('sandbox')
    .describe(
      '`sandbox` needs no account anywhere: SMS codes come back in the reply and recharges are free. `production` refuses to start while a secret is missing or weak. A container and a Worker need it set.',
    ),
  PORT: whole(8787, 0, 65535).describe('TCP port of the HTTP server; 0 takes a free one.'),
  HOST: text().describe(
    'Address to listen on. Empty: `127.0.0.1` in sandbox mode, every address in production.',
  ),
  SANDBOX_PUBLIC: flag.describe(
    '`1` lets a sandbox listen on every address. It gives codes and money away: never on the internet.',
  ),
  PUBLIC_URL: origin.describe(
    'How clients reach this server, as `https://im.example.com`. Upload URLs are built from it. Empty: the address it listens on; required in production.',
  ),
  DATABASE_URL: text('').describe(
    '`file:PATH`, `:memory:`, `libsql://…`, `https://…` or `http://…`. Empty: `file:` under DATA_DIR.',
  ),
  DATABASE_AUTH_TOKEN: text().describe('Token of a libSQL or Turso database.'),
  DATABASE_TIMEOUT_MS: whole(10_000, 100, 120_000).describe(
    'How long a remote database may take before the call is answered as failed.',
  ),
  ACCEPT_MIGRATIONS: list.describe(
    'Migrations of a newer version with which this one may work on the database, as `0031_uploads,0032_reports`. Empty: an older program refuses a newer database. Only for those that the changelog calls harmless to the version before.',
  ),
  DATA_DIR: text('./data').describe('Folder of the embedded database and of uploads.'),
  SESSION_SECRET: text().describe(
    'Signs session tokens; at least 32 characters, required in production. A sandbox draws its own.',
  ),
  DATA_KEY: text().describe(
    'Encrypts ID and card numbers at rest: 32 bytes in base64, required in production. A sandbox draws its own. Losing it loses those numbers.',
  ),
  PAY_PEPPER: text().describe(
    'Keys the digests of pay passwords and SMS codes; at least 32 characters, required in production. A sandbox draws its own.',
  ),
  SESSION_DAYS: whole(90, 1, 3650).describe('How long a login lasts, in days.'),
  SMS_PROVIDER: z
    .enum(['sandbox', 'aliyun', 'tencent', 'twilio'])
    .default('sandbox')
    .describe('Who sends SMS codes. `sandbox` hands them back in the reply and is refused in production.'),
  SMS_KEY_ID: text().describe('AccessKey ID (Aliyun), SecretId (Tencent) or Account SID (Twilio).'),
  SMS_KEY_SECRET: text().describe('The secret of SMS_KEY_ID; Twilio: the auth token.'),
  SMS_SIGN_NAME: text().describe('The approved signature (签名) at Aliyun or Tencent.'),
  SMS_TEMPLATE: text().describe(
    'The approved template at Aliyun (its variable is `code`) or Tencent (one variable).',
  ),
  SMS_SENDER: text().describe(
    'Tencent: SmsSdkAppId. Twilio: the sending number, or a Messaging Service (`MG…`).',
  ),
  SMS_ENDPOINT: origin.describe('Another base URL of the SMS provider, for a proxy or a test.'),
  SMS_CODE_DIGITS: whole(6, 4, 8).describe('Digits of an SMS code; 4 for the original apps.'),
  SMS_RESEND_SECONDS: whole(30).describe('Seconds between two codes to one number.'),
  SMS_PER_HOUR: whole(3, 1).describe('Codes an hour and number.'),
  SMS_PER_DAY: whole(10, 1).describe('Codes a day and number.'),
  SMS_PER_IP_DAY: whole(50, 1).describe(
    'Codes a day and client address. Of IPv6 its /64 network counts, and for twice and eight times as many the /56 and /48 around it.',
  ),
  SMS_DAILY_TOTAL: whole(10_000, 1).describe(
    'Codes a day in all. At half of it a line `sms half used` is logged as an error, once a day.',
  ),
  SMS_COUNTRIES: list.describe(
    'Countries served, as `CN,HK`, by ISO 3166 code; `*`: every one that the number format knows. Empty: `CN` in production, every one in a sandbox.',
  ),
  SMS_APP_NAMES: list.describe(
    'Names of apps beside APP_NAME that getValidateNum may ask for in the text of a code. Any other name is taken for APP_NAME.',
  ),
  ...challengeSettings,
  ALIPAY_APP_ID: text().describe('The app at Alipay (开放平台应用 APPID). Empty: Alipay is not offered.'),
  ALIPAY_SELLER_ID: text().describe(
    'The merchant’s number at Alipay, `2088…`; notices of other merchants are refused.',
  ),
  ALIPAY_PRIVATE_KEY: text().describe(
    'The app’s private key: PKCS#1 or PKCS#8, as PEM (line ends may be `\\n`) or bare base64.',
  ),
  ALIPAY_PUBLIC_KEY: text().describe('Alipay’s public key (支付宝公钥); not needed beside ALIPAY_CERT.'),
  ALIPAY_APP_CERT: text().describe(
    'Certificate mode: the app’s certificate (应用公钥证书), PEM. Give all three certificates or none.',
  ),
  ALIPAY_CERT: text().describe('Certificate mode: Alipay’s certificate (支付宝公钥证书), PEM.'),
  ALIPAY_ROOT_CERT: text().describe('Certificate mode: Alipay’s root certificates (支付宝根证书), PEM.'),
  ALIPAY_GATEWAY: origin.describe(
    'Another address of Alipay’s gateway, for its sandbox. Empty: `https://openapi.alipay.com/gateway.do`.',
  ),
  WXPAY_APP_ID: text().describe('The app at WeChat (`wx…`). Empty: WeChat Pay is not offered.'),
  WXPAY_MCH_ID: text().describe('The merchant’s number at WeChat Pay (商户号).'),
  WXPAY_SERIAL: text().describe('Serial number of the merchant’s API certificate (商户 API 证书序列号).'),
  WXPAY_PRIVATE_KEY: text().describe('The merchant’s private key (apiclient_key.pem), in any form as above.'),
  WXPAY_API_V3_KEY: text().describe('The APIv3 key, 32 characters, which opens notices.'),
  WXPAY_PUBLIC_KEY: text().describe('WeChat Pay’s public key (微信支付公钥) or platform certificate.'),
  WXPAY_PUBLIC_KEY_ID: text().describe(
    'Its name, `PUB_KEY_ID_…`; not needed with a platform certificate, which has a serial number.',
  ),
  WXPAY_GATEWAY: origin.describe(
    'Another address of WeChat Pay, for a proxy. Empty: `https://api.mch.weixin.qq.com`.',
  ),
  PUSH_PROVIDERS: list.describe(
    'Who tells phones of messages while their app is closed, the preferred one first: any of `jpush`, `fcm`, `apns` (not on Workers), `timpush`, as `apns,jpush`. A device that names its provider gets that one. Empty: nobody is told.',
  ),
  JPUSH_APP_KEY: text().describe('JPush (极光): AppKey.'),
  JPUSH_MASTER_SECRET: text().describe('JPush: Master Secret.'),
  JPUSH_ENDPOINT: origin.describe('Another base URL of JPush. Empty: `https://api.jpush.cn`.'),
  FCM_SERVICE_ACCOUNT: text().describe(
    'Firebase: the JSON text of a service account’s key. It also delivers to iOS; phones in mainland China do not reach it.',
  ),
  FCM_ENDPOINT: origin.describe('Another base URL of FCM. Empty: `https://fcm.googleapis.com`.'),
  APNS_TEAM_ID: text().describe('Apple: the team.'),
  APNS_KEY_ID: text().describe('Apple: the name of the key.'),
  APNS_KEY: text().describe('Apple: the text of the `.p8` file (line ends may be `\\n`).'),
  APNS_TOPIC: text().describe('Apple: the app’s bundle id.'),
  APNS_ENDPOINT: origin.describe(
    'Another base URL of APNs, as `https://api.sandbox.push.apple.com`. Empty: `https://api.push.apple.com`.',
  ),
  TIMPUSH_APP_ID: text().describe('Tencent Cloud Chat push, which came after 信鸽 and TPNS: SDKAppID.'),
  TIMPUSH_KEY: text().describe('Tencent Cloud Chat push: the key (密钥) of the app.'),
  TIMPUSH_IDENTIFIER: text().describe('Tencent Cloud Chat push: an administrator’s account of the app.'),
  TIMPUSH_ENDPOINT: origin.describe(
    'Another base URL of Tencent Cloud Chat, by region. Empty: `https://console.tim.qq.com`.',
  ),
  PASSWORD_RULES: z
    .enum(['strict', 'document'])
    .default('strict')
    .describe(
      'In production `strict` refuses new login passwords of less than six characters and the 1,000 commonest, and new pay passwords that anybody would guess; `document` takes any, as a sandbox does.',
    ),
  RATE_LIMITS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      '`off` turns the flood limits per address and user off, never the limits on SMS codes and passwords.',
    ),
  RATE_PER_ADDRESS: whole(1200, 1).describe(
    'Calls a minute and client address. Of IPv6 its /64 network counts, and for twice and eight times as many the /56 and /48 around it.',
  ),
  RATE_FILES_PER_ADDRESS: whole(6000, 1).describe(
    'Requests for uploads (`/upload/…`) a minute and client address, which count apart from calls.',
  ),
  RATE_PER_USER: whole(600, 1).describe('Calls a minute and user.'),
  RATE_PER_SOCKET: whole(3000, 300).describe(
    'Frames a minute that the sockets of a user may send, whatever they say, before they are closed. What acknowledges an event counts nothing.',
  ),
  MESSAGES_PER_DAY: whole(10_000).describe(
    'Messages that a user may send a day (Asia/Shanghai); one of more than 1,000 characters counts once more for each further 1,000. `0`: no limit.',
  ),
  MESSAGES_KEPT_DAYS: whole(0, 0, 36_500).describe(
    'Days after which messages are deleted, whoever has read them. `0` keeps them for ever.',
  ),
  BODIES_HELD_BYTES: whole(64 * 1024 * 1024, 1024 * 1024).describe(
    'Bytes of request bodies that may be in memory at a moment, in all; beyond it large calls are answered 503. Those of callers who are not known yet get a quarter. An upload of the allowed size always has room. A Worker counts in each isolate.',
  ),
  BODIES_HELD_PER_ADDRESS: whole(32 * 1024 * 1024, 1024 * 1024).describe(
    'The same for a client address (IPv6: its /64 network).',
  ),
  BODIES_HELD_PER_USER: whole(24 * 1024 * 1024, 1024 * 1024).describe('The same for a user.'),
  TRUSTED_PROXIES: list.describe(
    'Addresses of reverse proxies, as `10.0.0.5,127.0.0.1` or `10.0.0.0/8`, whose `X-Forwarded-For` is believed.',
  ),
  HTTP_STATUS: z
    .enum(['original', 'real'])
    .default('original')
    .describe(
      '`original` answers refusals with HTTP 200, as the original apps expect; `real` uses 401, 403 and 429 for codes 601, 403 and 429.',
    ),
  NUMBERS_PER_USER_DAY: whole(5000, 1).describe(
    'Distinct mobiles of which a user may learn in 24 hours whether they are somebody’s here, by address books and searches.',
  ),
  NUMBERS_PER_ADDRESS_DAY: whole(20_000, 1).describe(
    'The same for all accounts younger than 7 days of one client address. Of IPv6 its /64 network counts, and for twice and eight times as many the /56 and /48 around it.',
  ),
  PICTURE_HOSTS: list.describe(
    'Hosts of pictures besides this server, as `cdn.example.com,*.example.org`; `*`: any. In production heads, backgrounds and the pictures and films of moments on other hosts are refused: whoever serves a picture learns the address of everybody who sees it.',
  ),
  UPLOAD_MAX_BYTES: whole(10 * 1024 * 1024, 1024).describe('Size of the largest upload, in bytes.'),
  UPLOAD_DAY_BYTES: whole(500 * 1024 * 1024, 1024).describe(
    'Most that a user may upload in a day (Asia/Shanghai), in bytes, smaller copies included.',
  ),
  UPLOAD_TOTAL_BYTES: whole(5 * 1024 * 1024 * 1024, 1024).describe(
    'Most that is kept of a user’s uploads, in bytes. What has left the trash does not count.',
  ),
  DISK_FREE_MIN_BYTES: whole(512 * 1024 * 1024).describe(
    'Free disk below which uploads are refused (503), so that the database can still write; with less than an eighth of it `/readyz` says `disk full`. 0 turns that off. R2 has no such end.',
  ),
  GROUP_FEE_MAX: amount('500.00').describe('Most that a group may ask for joining, in yuan.'),
  PASSWORDLESS_MAX: amount('200.00').describe(
    'Most that a gift, or one share of a red packet, may be without the pay password, in yuan.',
  ),
  PASSWORDLESS_DAY_MAX: amountIfAny.describe(
    'Most that leaves a wallet per day without the pay password, by red packets, gifts and withdrawals together, in yuan. What left with it counts, too. Empty: 1000.00 in production, 20000.00 in a sandbox.',
  ),
  WITHDRAW_NEW_CARD_HOURS: whole(24, 0, 8760).describe(
    'Hours for which a newly bound card takes withdrawals only with the pay password.',
  ),
  WITHDRAW_PROVIDER: z
    .enum(['operator', 'alipay'])
    .default('operator')
    .describe(
      'Who pays withdrawals out: `operator`, by hand (`teahouse admin payouts`), or `alipay`, by transfers to bank cards, which need the Alipay account in certificate mode. People without a confirmed real name stay with the operator. A sandbox plays Alipay itself, whatever account is set: its money is not real.',
    ),
  WITHDRAW_AUTO_DAY_MAX: amount('5000.00').describe(
    'Most of a user’s withdrawals of a day that WITHDRAW_PROVIDER pays, in yuan; what goes beyond waits for the operator.',
  ),
  WITHDRAW_AUTO_DAY_COUNT: whole(5, 1).describe(
    'How many of a user’s withdrawals a day WITHDRAW_PROVIDER pays: each costs a fee.',
  ),
  WITHDRAW_SCENE: text().describe(
    'Alipay: the declared purpose of transfers (转账场景, `transfer_scene_name`), as 业务结算. Merchants who joined from 2026 on must name one.',
  ),
  WITHDRAW_SCENE_INFO: list.describe(
    'Alipay: what that purpose asks for (`transfer_scene_report_infos`), as `类型=内容,类型=内容`.',
  ),
  AA_EXPIRES_SECONDS: whole(86_400, 1, 31_536_000).describe(
    'How long an AA bill can be paid, in seconds. Then what was paid goes back, unless all have paid.',
  ),
  APP_NAME: text('SAMIM').describe('The name of the app in texts such as 请使用 … 进行扫码.'),
  PC_SIGN_KEY: text().describe(
    'Signs the calls of a PC client of your own to `/pc/getCode` and `/pc/queryCode`. Empty: `sign` is not checked, and the page at `/pc` logs in by scanning.',
  ),
  IM_SERVER_URL: text().describe(
    '`imServerUrl` of doLogin: where apps connect for messages. Empty: the host that the client called.',
  ),
  IM_SOCKETIO: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off`: no Socket.IO port for the original apps is opened. A Worker never has one.'),
  IM_SOCKETIO_PORT: whole(9092, 0, 65535).describe(
    'TCP port where the original apps look for messages (Socket.IO); 0 takes a free one, and so does PORT=0.',
  ),
  LOG: z
    .enum(['all', 'errors', 'off'])
    .default('errors')
    .describe('Request log lines: every call, only faults and slow calls, or none.'),
  LOG_SLOW_MS: whole(1000, 1).describe('Calls that take longer are logged as slow.'),
  DEMO: flag.describe('`1` fills an empty sandbox with demo people (as `teahouse serve --demo`).'),
} as const;

const schema = z.object(settings);

export type Config = z.output<typeof schema>;

/** Thrown when the settings cannot be used; `problems` names each and says what it should be. */
export class BadConfig extends Problem {
  override readonly name = 'BadConfig';
  readonly problems: readonly string[];
  constructor(problems: readonly string[], options?: ErrorOptions) {
    const [only, ...others] = problems;
    super(
      only !== undefined && others.length === 0
        ? only
        : `These settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      options,
    );
    this.problems = problems;
  }
}

/** What a setting must be, in words; never what it is, which may be a secret in the wrong place. */
function expectation(issue: z.core.$ZodIssue): string {
  const [name] = issue.path;
  const meta = Object.hasOwn(settings, String(name)) ? settings[name as keyof typeof settings].meta() : {}; // the check says so
  if (typeof meta?.['expects'] === 'string') return meta['expects'];
  return issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message;
}

/**
 * Reads the settings from environment variables (or a Worker's bindings).
 * An empty variable counts as unset. Throws `BadConfig` with every problem at once.
 */
export function readConfig(environment: Readonly<Record<string, unknown>>): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => {
      const value = environment[name];
      // A Worker's variables may be numbers and booleans.
      const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
      return typeof text === 'string' && text.trim() !== '' ? [[name, text]] : [];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new BadConfig(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} must be ${expectation(issue)}.`),
    );
  }
  const config = parsed.data;
  const problems = configProblems(config);
  if (problems.length > 0) throw new BadConfig(problems);
  return config;
}
