import { NOT_PASSED_ON } from './alipay-caller.ts';
import type { Fault } from './payout-port.ts';

/**
 * What Alipay documents as an end of alipay.fund.trans.uni.transfer in which nothing was paid. Every other code
 * leaves a doubt, however certain it sounds: SYSTEM_ERROR, REQUEST_PROCESSING, TRANS_ORDER_DEALING,
 * BANK_RESPONSE_ERROR, PAYMENT_FAIL, PAYMENT_INFO_INCONSISTENCY (the number has other content) and those of
 * tomorrow.
 */

/** The card, its holder, or what the holder may receive. */
const PAYEE = [
  'CARD_BIN_ERROR',
  'EXCEED_LIMIT_DC_RECEIVED',
  'INVALID_CARDNO',
  'NO_ACCOUNT_RECEIVE_PERMISSION',
  'PAYEE_ACCOUNT_STATUS_ERROR',
  'PAYEE_CARD_INFO_ERROR',
  'PAYEE_NOT_EXIST',
  'PAYEE_USERINFO_STATUS_ERROR',
  'PERMIT_CHECK_RECEIVE_LIMIT',
  'PERM_AML_NOT_REALNAME_REV',
];

/** The merchant: its balance, limits, contract and certificates, and what our own request says. */
const PAYER = [
  'BALANCE_IS_NOT_ENOUGH',
  'BALANCE_NOT_ENOUGH',
  'BALANCE_NOT_ENOUGH_FOR_CARD_FEE',
  'BANKCODE_OR_BRANCHNAME_INFO_ERROR',
  'ENTERPRISE_IDENTITY_INFO_NEED_UPDATE',
  'EXCEED_LIMIT_DM_AMOUNT',
  'EXCEED_LIMIT_DM_MAX_AMOUNT',
  'EXCEED_LIMIT_ENT_SM_AMOUNT',
  'EXCEED_LIMIT_MM_AMOUNT',
  'EXCEED_LIMIT_MM_MAX_AMOUNT',
  'EXCEED_LIMIT_PERSONAL_SM_AMOUNT',
  'EXCEED_LIMIT_SM_AMOUNT',
  'EXCEED_LIMIT_SM_MIN_AMOUNT',
  'INST_PAY_REMARK_UNVALID_CHARS',
  'INST_PAY_UNABLE',
  'INVALID_PARAMETER',
  'INVALID_PAYER_ACCOUNT',
  'ISV_AUTH_ERROR',
  'JUDICIAL_FREEZE',
  'MEMO_REQUIRED_IN_TRANSFER_ERROR',
  'MONEY_PAY_CLOSED',
  'NOT_IN_WHITE_LIST',
  'NO_ACCOUNT_PAYMENT_PERMISSION',
  'NO_AVAILABLE_PAYMENT_TOOLS',
  'NO_PERMISSION_ACCOUNT',
  'PAYCARD_UNABLE_PAYMENT',
  'PAYER_ACCOUNT_LIMIT',
  'PAYER_BALANCE_NOT_ENOUGH',
  'PAYER_CERTIFY_CHECK_FAIL',
  'PAYER_NOT_EXIST',
  'PAYER_NOT_RELNAME_CERTIFY',
  'PAYER_PERMLIMIT_CHECK_FAILURE',
  'PAYER_STATUS_ERROR',
  'PAYER_UNABLE_PAYMENT',
  'PAYER_USER_INFO_ERROR',
  'PAYMENT_MONEY_NOT_ENOUGH',
  'PERMIT_CHECK_PERM_AML_CERT_EXPIRED',
  'PERMIT_CHECK_PERM_IDENTITY_THEFT',
  'PERMIT_CHECK_PERM_LIMITED',
  'PERMIT_PAYER_FORBIDDEN',
  'PERMIT_PAYER_LEVEL_FORBIDDEN',
  'PERM_AML_NOT_REALNAME_PAY',
  'PERM_PAY_CUSTOMER_DAILY_QUOTA_ORG_BALANCE_LIMIT',
  'PERM_PAY_CUSTOMER_MONTH_QUOTA_ORG_BALANCE_LIMIT',
  'PERM_PAY_USER_DAILY_QUOTA_ORG_BALANCE_LIMIT',
  'PERM_PAY_USER_MONTH_QUOTA_ORG_BALANCE_LIMIT',
  'PRODUCT_NOT_SIGN',
  'REMARK_HAS_SENSITIVE_WORD',
  'SECURITY_CHECK_FAILED',
  'TRANSFER_SCENE_INFO_ADMIT_FAIL',
  'TRANSFER_SCENE_NAME_BLANK',
  'TRANSFER_SCENE_NAME_ILLEGAL',
  'TRANSFER_SCENE_REPORT_INFO_ILLEGAL',
  'USER_RISK_FREEZE',
];

const FAULTS: ReadonlyMap<string, Fault> = new Map([
  ...PAYEE.map((code): [string, Fault] => [code, 'payee']),
  ...PAYER.map((code): [string, Fault] => [code, 'payer']),
]);

/** Whose fault a refusal is; undefined where the code is no listed refusal, and so no answer. */
export const faultOf = (code: string, subCode: string): Fault | undefined =>
  NOT_PASSED_ON.includes(code) ? 'payer' : code === '40004' ? FAULTS.get(subCode) : undefined;

/** Whose fault it is that a transfer ended in failure: the payee's unless the reason is known for the merchant's. */
export const faultOfFailure = (code: string): Fault => FAULTS.get(code) ?? 'payee';
