/** @jsxImportSource hono/jsx */
import type { ListOperation } from '../../../operations/operation.ts';
import { Chart, type Point } from '../../parts/chart.tsx';
import { pageOf } from '../../paths.ts';
import type { OwnVisit } from '../../visit.ts';

type Row = Readonly<Record<string, unknown>>;

/** Of a list that has a row per day: as many days as a chart shows. */
const DAYS = 30;
const DAY = /^\d{4}-\d\d-\d\d$/;

const dayOf = (row: Row) => String(Object.values(row).find((value) => DAY.test(String(value))) ?? '');
/** Counts are numbers, and money is a text of yuan. */
const isFigure = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value));

/** A chart for each figure of the last days. */
export const Charts = ({
  visit,
  operation,
  rows,
}: {
  visit: OwnVisit;
  operation: ListOperation;
  rows: readonly Row[];
}) => {
  const { speech } = visit;
  const days = rows
    .filter((row) => dayOf(row) !== '')
    .sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1))
    .slice(-DAYS);
  const names = Object.keys(days[0] ?? {}).filter((name) => days.some((row) => isFigure(row[name])));
  const pointsOf = (name: string): Point[] =>
    days.map((row) => ({ label: dayOf(row), value: Number(row[name] ?? 0) }));
  return (
    <section>
      <h2>
        <a href={pageOf(operation.name)}>{speech.words.figures}</a>
      </h2>
      <div class="charts">
        {names.map((name) => (
          <Chart title={speech.member(name)} points={pointsOf(name)} />
        ))}
      </div>
    </section>
  );
};
