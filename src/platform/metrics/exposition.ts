/** One value of a metric. `suffix` is for a histogram's parts. */
export interface Sample {
  readonly suffix?: '_bucket' | '_sum' | '_count';
  /** By name; or written already (`labelText`), for what is written at each scrape. */
  readonly labels?: Readonly<Record<string, string>> | string;
  readonly value: number;
}

/** A metric: its name by Prometheus' conventions, with the base unit (seconds, bytes) at its end. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** What Prometheus takes for the text below. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const escaped = (value: string) =>
  /[\\\n"]/.test(value)
    ? value.replace(/[\\\n"]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`))
    : value;

/** Labels as they stand behind a metric's name. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const numberText = (value: number) =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

/** Metrics as Prometheus' text format 0.0.4. */
export function exposition(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    lines.push(`# HELP ${name} ${help.replace(/[\\\n]/g, ' ')}`, `# TYPE ${name} ${type}`);
    for (const { suffix = '', labels = '', value } of samples)
      lines.push(
        `${name}${suffix}${typeof labels === 'string' ? labels : labelText(labels)} ${numberText(value)}`,
      );
  }
  return `${lines.join('\n')}\n`;
}

/** A metric of one value without labels. */
export const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): Family => ({
  name,
  type,
  help,
  samples: [{ value }],
});

/** A metric with one label. */
export const byLabel = (
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  label: string,
  values: Iterable<readonly [string, number]>,
): Family => ({
  name,
  type,
  help,
  samples: [...values].map(([word, value]) => ({ labels: { [label]: word }, value })),
});
