import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { call, type OtherServer } from './client.ts';
import { startTarget, type Target } from './target.ts';

/** How clients reach it, so it says; requests of the tests go to where it listens. */
export const PUBLIC_URL = 'https://tea.test';

/** An SMS vendor that keeps the last code of each number. */
function smsVendor() {
  const codes = new Map<string, string>();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const form = new URLSearchParams(await request.text());
      codes.set(form.get('To') ?? '', /\d{6}/.exec(form.get('Body') ?? '')?.[0] ?? '');
      return Response.json({ sid: 'SM1' }, { status: 201 });
    },
  });
  const settings = {
    SMS_PROVIDER: 'twilio',
    SMS_KEY_ID: 'id',
    SMS_KEY_SECRET: 'secret',
    SMS_SENDER: '+15005550006',
    SMS_ENDPOINT: `http://127.0.0.1:${server.port}`,
  };
  return { codes, settings, stop: () => server.stop(true) };
}

const secret = () => randomBytes(32).toString('base64');

/** A server of its own in production mode, of the kind that TARGET names, with these settings. */
export async function startProduction(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<Target & OtherServer> {
  const vendor = smsVendor();
  const target = await startTarget(name, {
    MODE: 'production',
    HOST: '127.0.0.1',
    PUBLIC_URL,
    // Production refuses to go without limits; a test is one address with the calls of many.
    RATE_LIMITS: 'on',
    RATE_PER_ADDRESS: '1000000',
    RATE_PER_USER: '1000000',
    SMS_RESEND_SECONDS: '1',
    SESSION_SECRET: secret(),
    DATA_KEY: secret(),
    PAY_PEPPER: secret(),
    ...vendor.settings,
    ...settings,
  }).catch(async (error: unknown) => {
    await vendor.stop();
    throw error;
  });
  return {
    ...target,
    async codeFor(mobile) {
      const ask = async () => (await call('/chat/getValidateNum', { mobile }, { url: target.url })).data;
      let data = await ask();
      // Production lets nobody have a second code within one second. What comes sooner counts against the address.
      while (data.reason === 'TOO_SOON') {
        await new Promise((later) => setTimeout(later, 1000));
        data = await ask();
      }
      expect(data.info).toBe('发送成功');
      return vendor.codes.get(`+86${mobile}`) ?? '';
    },
    async stop() {
      await target.stop();
      await vendor.stop();
    },
  };
}
