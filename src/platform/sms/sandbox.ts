import type { Sms } from './sms.ts';

/** Sends nothing: the code comes back in the reply. Refused in production. */
export const sandboxSms: Sms = {
  showsCode: true,
  sendCode: async () => undefined,
  sendNotice: async () => undefined,
};
