/** @jsxImportSource hono/jsx */
/** A figure at one place of a chart. */
export interface Point {
  readonly label: string;
  readonly value: number;
}

const WIDTH = 300;
const HEIGHT = 80;
const EDGE = 4;

const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2));

/** A line of figures as SVG, the last one in words; whoever does not see it hears the range. */
export const Chart = ({ title, points }: { title: string; points: readonly Point[] }) => {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(1, ...values)];
  const x = (i: number) => EDGE + (i * (WIDTH - 2 * EDGE)) / Math.max(1, points.length - 1);
  const y = (value: number) => HEIGHT - EDGE - ((value - least) / (most - least)) * (HEIGHT - 2 * EDGE);
  const line = points.map(({ value }, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const [first, last] = [points[0], points.at(-1)];
  const range = `${title}: ${first?.label ?? ''} ${shown(first?.value ?? 0)} – ${last?.label ?? ''} ${shown(last?.value ?? 0)}`;
  return (
    <figure class="chart">
      <figcaption>
        {title} <strong>{shown(last?.value ?? 0)}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={range} preserveAspectRatio="none">
        <polyline points={line} fill="none" vector-effect="non-scaling-stroke" />
        {points.map(({ label, value }, i) => (
          <circle cx={x(i).toFixed(1)} cy={y(value).toFixed(1)} r="2">
            <title>{`${label}: ${shown(value)}`}</title>
          </circle>
        ))}
      </svg>
      <small>
        {first?.label} – {last?.label}
      </small>
    </figure>
  );
};
