import { Buffer } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { getTableColumns, inArray, sql } from 'drizzle-orm';
import { instance } from '../../db/schema/platform.ts';
import { type Random, randomText } from '../core/random.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange, prepareSelect } from '../platform/database/query.ts';
import { NOTIFY_PATH } from '../platform/payments/accounts.ts';
import type { AlipayAccount } from '../platform/payments/alipay-caller.ts';
import { privateKey } from '../platform/payments/rsa.ts';
import type { WechatAccount } from '../platform/payments/wechat-caller.ts';

/** Rows of `instance` that hold a sandbox's demo keys. */
const ROW = {
  merchant: 'SANDBOX_MERCHANT_KEY',
  gateway: 'SANDBOX_GATEWAY_KEY',
  apiKey: 'SANDBOX_WXPAY_API_V3_KEY',
} as const;
const NAMES = Object.values(ROW);
/** No request to it leaves the process. */
const NOWHERE = 'https://sandbox.invalid';
const WECHAT_SERIAL = 'PUB_KEY_ID_SANDBOX';

/** Accounts at both providers, and the key with which the sandbox signs in their place. */
export interface DemoAccounts {
  readonly alipay: AlipayAccount & Required<Pick<AlipayAccount, 'certificates'>>;
  readonly wxpay: WechatAccount;
  readonly gatewayKey: KeyObject;
  readonly wechatSerial: string;
}

const stored = prepareSelect<void>()(getTableColumns(instance), (select) =>
  select.from(instance).where(inArray(instance.name, NAMES)),
);
const keep = prepareChange<{ name: string; value: string }>(
  sql`INSERT INTO ${instance} (name, value) VALUES (${p('name')}, ${p('value')}) ON CONFLICT DO NOTHING`,
);

async function newKey(): Promise<string> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  };
  const { privateKey: key } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
}

/**
 * The demo accounts of this sandbox. Their keys are made when they are first needed and kept in the database;
 * of two that make them at once the first one's stay.
 */
export async function openDemoAccounts(db: Db, random: Random, publicUrl: string): Promise<DemoAccounts> {
  let rows = await db.read(stored());
  if (rows.length < NAMES.length) {
    const [merchant, gateway] = [await newKey(), await newKey()];
    await db.write({
      keep: keep({ name: ROW.merchant, value: merchant }),
      keep2: keep({ name: ROW.gateway, value: gateway }),
      keep3: keep({ name: ROW.apiKey, value: randomText(random, 32) }),
    });
    rows = await db.read(stored());
  }
  const value = (name: string) => rows.find((row) => row.name === name)?.value ?? '';
  const key = privateKey(value(ROW.merchant));
  const gatewayKey = privateKey(value(ROW.gateway));
  const publicKey = createPublicKey(gatewayKey);
  return {
    gatewayKey,
    wechatSerial: WECHAT_SERIAL,
    alipay: {
      appId: '2021000000000000',
      sellerId: '2088000000000000',
      key,
      gatewayKey: publicKey,
      certificates: { app: '5a4d0000000000000000000000000001', root: '5a4d0000000000000000000000000002' },
      gateway: `${NOWHERE}/gateway.do`,
      notifyUrl: `${publicUrl}${NOTIFY_PATH.alipay}`,
    },
    wxpay: {
      appId: 'wx0000000000sandbox',
      signer: { mchId: '1900000000', serial: '0000000000000000000000000000000000000000', key },
      apiKey: value(ROW.apiKey),
      gatewayKeys: new Map([[WECHAT_SERIAL, publicKey]]),
      gateway: NOWHERE,
      notifyUrl: `${publicUrl}${NOTIFY_PATH.wxpay}`,
    },
  };
}
