import { answerCall } from './calls.ts';

/** Makes calls inside workerd: `POST /name`. */
export default {
  async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    try {
      return new Response(await answerCall(name, await request.text()));
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 500 });
    }
  },
};
