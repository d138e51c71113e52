import type { Mobile } from '../../core/text/mobile.ts';
import type { Platform } from '../../realtime/context.ts';

/** What both numbers are told. Whoever has the old one by now learns nothing else. */
const WORDS = '您账号绑定的手机号已更换。如非本人操作，请立即联系客服';

/** Tells both numbers of a change by SMS, where the vendor can. What is not sent is logged: the change stands. */
export async function tellBoth({ sms, config, log }: Platform, mobiles: readonly Mobile[]): Promise<void> {
  for (const mobile of mobiles) {
    const failed = await sms.sendNotice(mobile, WORDS, config.APP_NAME);
    if (failed) log.error('sms notice not sent', { why: failed });
  }
}
