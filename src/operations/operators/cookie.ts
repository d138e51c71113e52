import type { OperatorCall } from './operator-call.ts';
import { LONGEST_MS } from './session-life.ts';

/** Whether operators come by https: always, but in a sandbox on a machine of one's own. */
const isSecure = ({ config, publicUrl }: OperatorCall) =>
  config.MODE === 'production' || publicUrl.startsWith('https:');

/** With `__Host-` a browser takes it from this very host alone, over https alone, for all of its paths. */
const nameFor = (call: OperatorCall) => (isSecure(call) ? '__Host-teahouse-operator' : 'teahouse-operator');

const set = (call: OperatorCall, value: string, seconds: number) => {
  const secure = isSecure(call) ? '; Secure' : '';
  const cookie = `${nameFor(call)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  call.setHeader('set-cookie', cookie);
};

/** Gives the browser the secret of a session. */
export const setSessionCookie = (call: OperatorCall, secret: string): void =>
  set(call, secret, LONGEST_MS / 1000);

/** Takes it away. */
export const clearSessionCookie = (call: OperatorCall): void => set(call, '', 0);

/** The secret that the browser sent; undefined where there is none, or more than one. */
export function sessionCookie(call: OperatorCall): string | undefined {
  const name = nameFor(call);
  const found = (call.header('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}
