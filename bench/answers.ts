import type { RunningServer } from './servers.ts';
import type { BenchRequest, Workload } from './workload.ts';

async function ask(url: string, { method, target, token, form }: BenchRequest): Promise<string> {
  const response = await fetch(`${url}${target}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form === undefined ? {} : { body: form }),
  });
  return `${response.status} ${await response.text()}`;
}

/** How many requests are asked one by one. */
const SAMPLE = 40;

/** Keys in any order, values to the letter. */
const canonical = (answer: string) => {
  const [status, body = ''] = [answer.slice(0, 3), answer.slice(4)];
  const { code, data } = JSON.parse(body);
  const sorted = data !== null && typeof data === 'object' && !Array.isArray(data);
  return JSON.stringify([status, code, sorted ? Object.entries(data).sort() : data]);
};

/**
 * Asks every server the same and compares: each answer must be a success, and all the same, but for the order
 * of keys. Throws with the two answers where they differ.
 */
export async function compareAnswers(
  workload: Workload,
  requests: readonly BenchRequest[],
  servers: Readonly<Record<string, RunningServer>>,
): Promise<number> {
  const sample = workload.answersDiffer ? [] : requests.slice(0, SAMPLE);
  for (const request of sample) {
    let expected: string | undefined;
    for (const [name, { url }] of Object.entries(servers)) {
      const answer = await ask(url, request);
      if (!answer.startsWith('200 {"code":"1"'))
        throw new Error(`${name} refuses ${request.target}: ${answer}`);
      expected ??= answer;
      if (canonical(answer) !== canonical(expected))
        throw new Error(`${name} answers ${request.target} differently:\n  ${answer}\n  ${expected}`);
    }
  }
  return sample.length;
}
