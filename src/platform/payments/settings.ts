import * as z from 'zod';
import { list, origin, type SettingsOf, text } from '../../core/settings.ts';

/** The merchant’s accounts at payment providers, and what they pay out. */
export const paymentSettings = {
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
  WXPAY_PRIVATE_KEY: text().describe(
    'The merchant’s private key (apiclient_key.pem), in any form that ALIPAY_PRIVATE_KEY takes.',
  ),
  WXPAY_API_V3_KEY: text().describe('The APIv3 key, 32 characters, which opens notices.'),
  WXPAY_PUBLIC_KEY: text().describe('WeChat Pay’s public key (微信支付公钥) or platform certificate.'),
  WXPAY_PUBLIC_KEY_ID: text().describe(
    'The name of that key, `PUB_KEY_ID_…`. A platform certificate needs none, because it has a serial number.',
  ),
  WXPAY_GATEWAY: origin.describe(
    'Another address of WeChat Pay, for a proxy. Empty: `https://api.mch.weixin.qq.com`.',
  ),
  WITHDRAW_PROVIDER: z
    .enum(['operator', 'alipay'])
    .default('operator')
    .describe(
      'The payer of withdrawals: `operator`, by hand (`teahouse admin payouts`), or `alipay`, by transfers to bank cards. Those need the Alipay account in certificate mode. The operator still pays people without a confirmed real name. A sandbox plays Alipay itself, whatever account is set: its money is not real.',
    ),
  WITHDRAW_SCENE: text().describe(
    'Alipay: the declared purpose of transfers (转账场景, `transfer_scene_name`), as 业务结算. Merchants who joined from 2026 on must name one.',
  ),
  WITHDRAW_SCENE_INFO: list.describe(
    'Alipay: the details that WITHDRAW_SCENE asks for (`transfer_scene_report_infos`), as `类型=内容,类型=内容`.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof paymentSettings> {}
}
