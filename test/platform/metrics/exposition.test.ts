import { expect, test } from 'vitest';
import { Histogram } from '../../../src/core/histogram.ts';
import { CallMeter } from '../../../src/platform/metrics/call-meter.ts';
import { exposition } from '../../../src/platform/metrics/exposition.ts';

test('metrics are written as Prometheus reads them: quotes, backslashes and line ends escaped', () => {
  const text = exposition([
    {
      name: 'teas',
      type: 'gauge',
      help: 'Teas\nin \\ house.',
      samples: [
        { labels: { kind: 'a"b\\c\nd' }, value: 1.5 },
        { labels: {}, value: Number.POSITIVE_INFINITY },
        { value: Number.NaN },
      ],
    },
  ]);
  expect(text).toBe(
    '# HELP teas Teas in   house.\n# TYPE teas gauge\nteas{kind="a\\"b\\\\c\\nd"} 1.5\nteas +Inf\nteas NaN\n',
  );
});

test('a histogram adds its buckets up, the bound included, and ends in all', () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [0.5, 1, 1.5, 2, 3]) histogram.observe(value);
  const samples = histogram.samples({ path: '/x' });
  expect(samples.map(({ suffix, labels, value }) => [suffix, labels?.['le'], value])).toEqual([
    ['_bucket', '1', 2],
    ['_bucket', '2', 4],
    ['_bucket', '+Inf', 5],
    ['_sum', undefined, 8],
    ['_count', undefined, 5],
  ]);
});

test('however many paths and codes there are, few series are kept, and none of the calls is lost', () => {
  const meter = new CallMeter();
  for (let i = 0; i < 6000; i += 1) meter.observe(`/path${i}`, '1', 0.01);
  const counts = meter
    .families()
    .flatMap(({ samples }) => samples.filter(({ suffix }) => suffix === '_count'));
  expect(counts.length).toBe(5001);
  expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(6000);
});
