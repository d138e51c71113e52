import * as z from 'zod';
import { flag, type SettingsOf, text, whole } from '../../core/settings.ts';

const url = z
  .union([z.literal(''), z.url({ protocol: /^https?$/ })])
  .default('')
  .meta({ expects: 'a URL that begins with https:// or http://' });

/** `name=value,other=value`, the values percent-encoded, as OpenTelemetry writes lists. */
const pairs = z
  .string()
  .trim()
  .default('')
  .transform((value, context): Readonly<Record<string, string>> => {
    try {
      const entries = value
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map((pair) => {
          const at = pair.indexOf('=');
          const name = decodeURIComponent(pair.slice(0, at).trim());
          if (at < 1 || !/^[\x21-\x7e]+$/.test(name)) throw new TypeError('no name');
          return [name, decodeURIComponent(pair.slice(at + 1).trim())];
        });
      return Object.fromEntries(entries);
    } catch {
      context.addIssue({ code: 'custom', message: 'a list as name=value,other=value' });
      return z.NEVER;
    }
  })
  .meta({ shown: '', expects: 'a list as name=value,other=value' });

/** Traces, by the variables that OpenTelemetry has for every program. */
export const traceSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url.describe(
    'OpenTelemetry collector that gets a span for each call, as `http://127.0.0.1:4318` (`/v1/traces` is added). Empty: no traces.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.describe('The same for traces alone, as the whole URL.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json'])
    .default('http/json')
    .describe('How spans travel. There is no other protocol here.'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs.describe(
    'Headers for the collector, as `authorization=Bearer%20…,x-scope=tea`. They are secret.',
  ),
  OTEL_EXPORTER_OTLP_TIMEOUT: whole(10_000, 1).describe('Milliseconds until a batch counts as lost.'),
  OTEL_SERVICE_NAME: text('teahouse').describe('What this server is called in traces.'),
  OTEL_RESOURCE_ATTRIBUTES: pairs.describe(
    'What else spans say of this server, as `deployment.environment.name=production`.',
  ),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on')
    .describe(
      'Which calls are traced. `parentbased_…`: as the caller’s `traceparent` says, and by the rest of the word where it has none.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('The part of the calls that `…traceidratio` keeps, from 0 to 1.')
    .meta({ expects: 'a number from 0 to 1' }),
  OTEL_BSP_MAX_QUEUE_SIZE: whole(2048, 1, 100_000).describe(
    'Spans that wait at most; what comes beyond is dropped and counted.',
  ),
  OTEL_BSP_SCHEDULE_DELAY: whole(5000, 0, 25_000).describe(
    'Milliseconds for which spans gather for a batch.',
  ),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: whole(512, 1, 10_000).describe('Spans in a batch at most.'),
  OTEL_SDK_DISABLED: flag.describe('`true` turns traces off.'),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof traceSettings> {}
}
