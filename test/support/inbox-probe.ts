import { buildWorker } from './built.ts';
import { type Front, startWorkerd, type Workerd } from './workerd.ts';

/** Stands before the Worker as it is deployed, and lets a test ring an object's alarm and see when the next one is. */
const front: Front = {
  path: 'probe.js',
  contents: `
    import worker, { Inbox as Real, Pages, ScanCode, Shake } from './index.js';
    export { Pages, ScanCode, Shake };
    export class Inbox extends Real {
      async ring() {
        await this.ctx.storage.deleteAlarm();
        await this.alarm();
      }
      nextAlarm() {
        return this.ctx.storage.getAlarm();
      }
      openSockets() {
        return this.sockets().length;
      }
    }
    export default {
      ...worker,
      async fetch(request, env, context) {
        const [, probe, user, method] = new URL(request.url).pathname.split('/');
        if (probe !== 'probe') return worker.fetch(request, env, context);
        const inbox = env.INBOX.get(env.INBOX.idFromName(user));
        try {
          return Response.json((await inbox[method]()) ?? null);
        } catch (error) {
          return new Response(String(error), { status: 500 });
        }
      },
    };`,
};

export interface Probed extends Workerd {
  /** Rings the alarm of a user's object, which has no other one then; rejects where it throws. */
  ring(user: number): Promise<void>;
  /** When the object's next alarm is, epoch ms. */
  nextAlarm(user: number): Promise<number | null>;
  /** How many sockets the object holds. */
  openSockets(user: number): Promise<number>;
}

export async function startProbed(settings: Readonly<Record<string, string>>): Promise<Probed> {
  const worker = await startWorkerd(buildWorker(), settings, { front });
  const ask = async (user: number, method: string): Promise<unknown> => {
    const response = await fetch(`${worker.url}/probe/${user}/${method}`);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  return {
    ...worker,
    ring: async (user) => void (await ask(user, 'ring')),
    async nextAlarm(user) {
      const at = await ask(user, 'nextAlarm');
      return at === null ? null : Number(at);
    },
    openSockets: async (user) => Number(await ask(user, 'openSockets')),
  };
}
