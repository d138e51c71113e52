import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { messageOf } from '../../core/message-of.ts';
import type { Settings } from '../../core/settings.ts';
import type { AlipayAccount } from './alipay-caller.ts';
import type { TransferScene } from './alipay-transfer.ts';
import { certificateSerial, rootSerial } from './certificates.ts';
import type { Provider } from './port.ts';
import { BadKey, privateKey, publicKey } from './rsa.ts';
import type { WechatAccount } from './wechat-caller.ts';

/** Where each provider sends its notices (listings 234 and 235). */
export const NOTIFY_PATH = {
  alipay: '/wallet/alipayNotify',
  wxpay: '/wallet/wxpayNotify',
} as const satisfies Record<Provider, string>;

const ALIPAY = 'https://openapi.alipay.com/gateway.do';
const WECHAT = 'https://api.mch.weixin.qq.com';
const WEAKEST_RSA_BITS = 2048;

const CERTIFICATES = ['ALIPAY_APP_CERT', 'ALIPAY_CERT', 'ALIPAY_ROOT_CERT'] as const;
const ALIPAY_NEEDS = ['ALIPAY_APP_ID', 'ALIPAY_SELLER_ID', 'ALIPAY_PRIVATE_KEY'] as const;
const WECHAT_NEEDS = [
  'WXPAY_APP_ID',
  'WXPAY_MCH_ID',
  'WXPAY_SERIAL',
  'WXPAY_PRIVATE_KEY',
  'WXPAY_API_V3_KEY',
  'WXPAY_PUBLIC_KEY',
] as const;

type Name = Extract<keyof Settings, `ALIPAY_${string}` | `WXPAY_${string}`>;
type Accounts = Pick<Settings, Name>;

/** Reads a setting; what is wrong with it names the setting and never shows a byte of it. */
function read<Value>(name: Name, settings: Accounts, how: (text: string) => Value): Value {
  try {
    return how(settings[name]);
  } catch (error) {
    throw new BadKey(`${name}: ${error instanceof BadKey ? error.message : 'This is no certificate.'}`);
  }
}

function strong(key: KeyObject): KeyObject {
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < WEAKEST_RSA_BITS)
    throw new BadKey(`The key must have at least ${WEAKEST_RSA_BITS} bits.`);
  return key;
}

/** Consoles show the merchant's public key beside the provider's own, and the wrong one is soon copied. */
function otherThan(ours: KeyObject, theirs: KeyObject): KeyObject {
  if (createPublicKey(ours).equals(theirs))
    throw new BadKey('This is the merchant’s own key; the provider’s is needed.');
  return theirs;
}

const unescaped = (text: string) => text.replaceAll('\\n', '\n');
const usesCertificates = (settings: Accounts) => CERTIFICATES.some((name) => settings[name] !== '');

/** The merchant's account at Alipay; undefined where none is set. Throws what `paymentProblems` tells of. */
export function alipayAccount(settings: Accounts, publicUrl: string): AlipayAccount | undefined {
  if (!settings.ALIPAY_APP_ID) return undefined;
  const hasCertificates = usesCertificates(settings);
  const key = read('ALIPAY_PRIVATE_KEY', settings, (text) => strong(privateKey(text)));
  return {
    appId: settings.ALIPAY_APP_ID,
    sellerId: settings.ALIPAY_SELLER_ID,
    key,
    gatewayKey: read(hasCertificates ? 'ALIPAY_CERT' : 'ALIPAY_PUBLIC_KEY', settings, (text) =>
      otherThan(key, strong(publicKey(text))),
    ),
    ...(hasCertificates
      ? {
          certificates: {
            app: read('ALIPAY_APP_CERT', settings, (text) => certificateSerial(unescaped(text))),
            root: read('ALIPAY_ROOT_CERT', settings, (text) => rootSerial(unescaped(text))),
          },
        }
      : {}),
    gateway: settings.ALIPAY_GATEWAY || ALIPAY,
    notifyUrl: `${publicUrl}${NOTIFY_PATH.alipay}`,
  };
}

/** `Wechatpay-Serial` of the key that is set: its id, or the serial number of the platform certificate. */
function gatewaySerial({ WXPAY_PUBLIC_KEY: key, WXPAY_PUBLIC_KEY_ID: id }: Accounts): string {
  return id || new X509Certificate(unescaped(key)).serialNumber;
}

/** The merchant's account at WeChat Pay; undefined where none is set. Throws what `paymentProblems` tells of. */
export function wechatAccount(settings: Accounts, publicUrl: string): WechatAccount | undefined {
  if (!settings.WXPAY_APP_ID) return undefined;
  const apiKey = read('WXPAY_API_V3_KEY', settings, (text) => {
    if (Buffer.byteLength(text) !== 32) throw new BadKey('The key must have 32 bytes.');
    return text;
  });
  const key = read('WXPAY_PRIVATE_KEY', settings, (text) => strong(privateKey(text)));
  const gatewayKey = read('WXPAY_PUBLIC_KEY', settings, (text) => otherThan(key, strong(publicKey(text))));
  return {
    appId: settings.WXPAY_APP_ID,
    signer: {
      mchId: settings.WXPAY_MCH_ID,
      serial: settings.WXPAY_SERIAL,
      key,
    },
    apiKey,
    gatewayKeys: new Map([
      [read('WXPAY_PUBLIC_KEY_ID', settings, () => gatewaySerial(settings)), gatewayKey],
    ]),
    gateway: settings.WXPAY_GATEWAY || WECHAT,
    notifyUrl: `${publicUrl}${NOTIFY_PATH.wxpay}`,
  };
}

function missing(settings: Accounts, needs: readonly Name[], all: readonly Name[]): string[] {
  if (all.every((name) => settings[name] === '')) return [];
  return needs
    .filter((name) => settings[name] === '')
    .map((name) => `${name} must be set beside the others.`);
}

const tried = (open: () => unknown): string[] => {
  try {
    open();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
};

type PayoutSettings = Accounts & Pick<Settings, 'MODE' | 'WITHDRAW_PROVIDER'>;
type SceneSettings = Pick<Settings, 'WITHDRAW_SCENE' | 'WITHDRAW_SCENE_INFO'>;

/** What the merchant declares about transfers: the setting's pairs are `类型=内容`. */
export const transferScene = ({ WITHDRAW_SCENE, WITHDRAW_SCENE_INFO }: SceneSettings): TransferScene => ({
  name: WITHDRAW_SCENE,
  infos: WITHDRAW_SCENE_INFO.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  }),
});

/** Why withdrawals cannot be paid out as the settings say. A sandbox plays it, and needs nothing. */
export function payoutProblems(settings: PayoutSettings & SceneSettings): string[] {
  const problems: string[] = [];
  if (settings.WITHDRAW_SCENE_INFO.some((pair) => !/^[^=]*[^=\s][^=]*=.*\S/.test(pair)))
    problems.push('WITHDRAW_SCENE_INFO must be pairs, as 佣金报酬说明=提现.');
  if (settings.WITHDRAW_SCENE_INFO.length > 0 && !settings.WITHDRAW_SCENE)
    problems.push('WITHDRAW_SCENE must be set beside WITHDRAW_SCENE_INFO.');
  if (settings.WITHDRAW_PROVIDER !== 'alipay' || settings.MODE === 'sandbox') return problems;
  if (!settings.ALIPAY_APP_ID)
    problems.push('WITHDRAW_PROVIDER=alipay needs the account at Alipay: ALIPAY_APP_ID and its like.');
  else if (!usesCertificates(settings))
    problems.push(
      'WITHDRAW_PROVIDER=alipay needs certificate mode: ALIPAY_APP_CERT, ALIPAY_CERT and ALIPAY_ROOT_CERT.',
    );
  return problems;
}

/** What is missing or unusable in the payment settings, so that a server does not start with it. */
export function paymentProblems(settings: Accounts): string[] {
  const keyNeeds = usesCertificates(settings) ? CERTIFICATES : (['ALIPAY_PUBLIC_KEY'] as const);
  const alipay = [...ALIPAY_NEEDS, ...keyNeeds];
  const absent = [
    ...missing(settings, alipay, [...ALIPAY_NEEDS, ...CERTIFICATES, 'ALIPAY_PUBLIC_KEY']),
    ...missing(settings, WECHAT_NEEDS, WECHAT_NEEDS),
  ];
  if (absent.length > 0) return absent;
  return [...tried(() => alipayAccount(settings, '')), ...tried(() => wechatAccount(settings, ''))];
}
