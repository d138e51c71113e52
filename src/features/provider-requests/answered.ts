import { GatewayUnclear } from '../../platform/payments/port.ts';

/** No answer, or none that can be believed; `code` is fit to be stored and shown. */
export type Doubt = { readonly state: 'doubt'; readonly code: string };

/** What a gateway says. Whatever goes wrong on the way leaves a doubt, and no text of it is kept but our own. */
export async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer | Doubt> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof GatewayUnclear ? error.message.slice(0, 100) : 'UNREADABLE_ANSWER';
    return { state: 'doubt', code };
  }
}
