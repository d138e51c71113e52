import { Buffer } from 'node:buffer';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { connectionRefused } from '../../core/connection-refused.ts';
import { type Random, randomText } from '../../core/random.ts';
import { type KeyPair, signAcs3, signTc3, sortedQuery } from '../../core/request-signing.ts';
import type { Sms, SmsFailure } from './sms.ts';

/** How an SMS vendor is reached. */
export interface SmsAccount {
  readonly key: KeyPair;
  /** Aliyun and Tencent: the approved signature (签名). */
  readonly signName: string;
  /** Aliyun and Tencent: the approved template with one variable, the code. */
  readonly template: string;
  /** Aliyun and Tencent: the approved template of a notice, without variables; empty: none is sent. */
  readonly noticeTemplate: string;
  /** Tencent: SmsSdkAppId. Twilio: the sender, a number or a Messaging Service (`MG…`). */
  readonly sender: string;
  /** Base URL; the vendor's own unless a test says otherwise. */
  readonly endpoint: string;
}

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
}

/** A vendor that takes longer may have sent the message all the same; a person is waiting. */
const TIMEOUT_MS = 8000;

/** Throws where there is no answer, or one that says nothing of the message: a vendor's fault. */
async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ ok: boolean; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (response.status >= 500) throw new Error(`The vendor answered HTTP ${response.status}.`);
  return { ok: response.ok, text };
}

/** A vendor's answer; throws where it is none. */
const read = <Shape extends z.ZodType>(shape: Shape, text: string): z.output<Shape> =>
  shape.parse(JSON.parse(text));

/** A vendor that never throws. Only where no connection was made it is certain that nothing was sent. */
const vendor = (
  { template, noticeTemplate }: SmsAccount,
  send: (mobile: string, message: Message) => Promise<SmsFailure | undefined>,
): Sms => {
  const safely = (mobile: string, message: Message) =>
    send(mobile, message).catch(
      (error): SmsFailure => (connectionRefused(error) ? 'SEND_FAILED' : 'UNCLEAR'),
    );
  return {
    showsCode: false,
    sendCode: (mobile, code, app) => safely(mobile, { template, code, text: `【${app}】${code}` }),
    sendNotice: (mobile, words, app) =>
      safely(mobile, { template: noticeTemplate, text: `【${app}】${words}` }),
  };
};

/** A message: by the vendor's template, or as a text of our own where the vendor has none. */
interface Message {
  readonly template: string;
  readonly text: string;
  /** The template's variable; absent in a notice. */
  readonly code?: string;
}

const find = (table: readonly (readonly [RegExp, SmsFailure])[], text: string): SmsFailure =>
  table.find(([pattern]) => pattern.test(text))?.[1] ?? 'SEND_FAILED';

const ALIYUN_FAILURES = [
  [/SYSTEM_ERROR|GATEWAY_ERROR|isp\.UNKNOWN|InternalError|ServiceUnavailable/, 'UNCLEAR'],
  [/MOBILE_NUMBER_ILLEGAL|INVALID_PARAMETERS/, 'BAD_NUMBER'],
  [/BUSINESS_LIMIT_CONTROL|DAY_LIMIT_CONTROL|MONTH_LIMIT_CONTROL/, 'TOO_MANY_TODAY'],
  [/OUT_OF_SERVICE|AMOUNT_NOT_ENOUGH|BLACK_KEY|SIGN|TEMPLATE|InvalidAccessKey|Forbidden/, 'PROVIDER_REFUSED'],
] as const;
/** One code stands for a number's limits per minute, hour and day; the message says which was reached. */
const ALIYUN_SOON_OVER = /分钟级|小时级/;
const aliyunReply = z.looseObject({ Code: z.string(), Message: z.string().optional().catch(undefined) });

/** Aliyun Dysmsapi, SendSms of 2017-05-25. Chinese numbers go without their country code. */
export const aliyunSms = (account: SmsAccount, { clock, random }: Tools): Sms =>
  vendor(account, async (mobile, { template, code }) => {
    if (template === '') return undefined;
    const query = {
      PhoneNumbers: mobile.replace(/^\+(86)?/, ''),
      SignName: account.signName,
      TemplateCode: template,
      ...(code === undefined ? {} : { TemplateParam: JSON.stringify({ code }) }),
    };
    const headers = {
      host: new URL(account.endpoint).host,
      'x-acs-action': 'SendSms',
      'x-acs-version': '2017-05-25',
      'x-acs-date': new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomText(random, 32),
    };
    const { host: _, ...signed } = signAcs3(account.key, query, headers);
    // Aliyun's gateway also speaks XML; this header is not among those that are signed.
    const asked = { ...signed, accept: 'application/json' };
    const { text } = await post(`${account.endpoint}/?${sortedQuery(query)}`, asked, '');
    const { Code: outcome, Message: words = '' } = read(aliyunReply, text);
    if (outcome === 'OK') return undefined;
    return ALIYUN_SOON_OVER.test(words) ? 'SEND_FAILED' : find(ALIYUN_FAILURES, outcome);
  });

const TENCENT_FAILURES = [
  [/^InternalError/, 'UNCLEAR'],
  [/InvalidParameterValue\.IncorrectPhoneNumber|PhoneNumberParseFail/, 'BAD_NUMBER'],
  [
    /UnsupportedOperation\.(UnsupportedRegion|ContainDomesticAndInternational)|UnSupportedRegion/,
    'REGION_NOT_SERVED',
  ],
  [/^RequestLimitExceeded|ThirtySecondLimit|OneHourLimit|DeliveryFrequencyLimit/, 'SEND_FAILED'],
  [/LimitExceeded/, 'TOO_MANY_TODAY'],
  [/FailedOperation|UnauthorizedOperation|AuthFailure|InvalidParameter/, 'PROVIDER_REFUSED'],
] as const;
const tencentReply = z.looseObject({
  Response: z.looseObject({
    Error: z.looseObject({ Code: z.string() }).optional(),
    SendStatusSet: z.array(z.looseObject({ Code: z.string() })).optional(),
  }),
});

/** Tencent Cloud SMS, SendSms of 2021-01-11. Its HTTP status is always 200: the reply says what happened. */
export const tencentSms = (account: SmsAccount, { clock }: Tools): Sms =>
  vendor(account, async (mobile, { template, code }) => {
    if (template === '') return undefined;
    const seconds = Math.floor(clock.now() / 1000);
    const payload = JSON.stringify({
      PhoneNumberSet: [mobile],
      SmsSdkAppId: account.sender,
      SignName: account.signName,
      TemplateId: template,
      TemplateParamSet: code === undefined ? [] : [code],
    });
    const headers = {
      authorization: signTc3(account.key, new URL(account.endpoint).host, 'sms', payload, seconds),
      'content-type': 'application/json; charset=utf-8',
      'x-tc-action': 'SendSms',
      'x-tc-version': '2021-01-11',
      'x-tc-region': 'ap-guangzhou',
      'x-tc-timestamp': String(seconds),
    };
    const { text } = await post(account.endpoint, headers, payload);
    const { Error: error, SendStatusSet: [status] = [] } = read(tencentReply, text).Response;
    const outcome = error?.Code ?? status?.Code;
    if (outcome === undefined) return 'UNCLEAR';
    return outcome === 'Ok' ? undefined : find(TENCENT_FAILURES, outcome);
  });

const TWILIO_FAILURES = [
  [/^(21211|21214|21217|21614)$/, 'BAD_NUMBER'],
  [/^(21408|60605)$/, 'REGION_NOT_SERVED'],
  [/^20429$/, 'SEND_FAILED'],
  [/^63038$/, 'TOO_MANY_TODAY'],
  [/^\d+$/, 'PROVIDER_REFUSED'],
] as const;
const twilioReply = z.looseObject({ sid: z.string().optional(), code: z.number().optional() });

/** Twilio Messages; the key's id is the Account SID. */
export const twilioSms = (account: SmsAccount): Sms =>
  vendor(account, async (mobile, { text: words }) => {
    const { id, secret } = account.key;
    const sender = account.sender.startsWith('MG')
      ? { MessagingServiceSid: account.sender }
      : { From: account.sender };
    const body = new URLSearchParams({ To: mobile, ...sender, Body: words });
    const headers = {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const { ok, text } = await post(
      `${account.endpoint}/2010-04-01/Accounts/${id}/Messages.json`,
      headers,
      body.toString(),
    );
    const { sid, code: refusal } = read(twilioReply, text);
    if (ok) return sid ? undefined : 'UNCLEAR';
    return refusal === undefined ? 'UNCLEAR' : find(TWILIO_FAILURES, String(refusal));
  });
