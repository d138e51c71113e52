/** @jsxImportSource hono/jsx */
import type { OwnVisit } from '../visit.ts';
import { Cell } from './cell.tsx';
import { Table } from './table.tsx';

type Facts = Readonly<Record<string, unknown>>;

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is readonly Facts[] =>
  Array.isArray(value) && value.length > 0 && value.every(isFacts);

const Single = ({ visit, name, value }: { visit: OwnVisit; name: string; value: unknown }) => {
  if (!Array.isArray(value)) return <Cell visit={visit} name={name} value={value} />;
  if (value.length === 0) return <span class="nothing">–</span>;
  return (
    <ul>
      {value.map((item) => (
        <li>
          <Cell visit={visit} name={name} value={item} />
        </li>
      ))}
    </ul>
  );
};

/** An answer of an operation: its members one below the other, and each list of rows as a table. */
export const FactSheet = ({ visit, facts }: { visit: OwnVisit; facts: Facts }) => {
  const entries = Object.entries(facts);
  const flat = entries.flatMap(([name, value]) =>
    isFacts(value)
      ? Object.entries(value).map(([inner, item]) => [`${name} ${inner}`, item] as const)
      : [[name, value] as const],
  );
  const { member } = visit.speech;
  return (
    <>
      <dl class="facts">
        {flat
          .filter(([, value]) => !isRows(value))
          .map(([name, value]) => (
            <div>
              <dt>{member(name)}</dt>
              <dd>
                <Single visit={visit} name={name} value={value} />
              </dd>
            </div>
          ))}
      </dl>
      {flat.map(([name, value]) =>
        isRows(value) ? <Table visit={visit} caption={member(name)} rows={value} /> : null,
      )}
    </>
  );
};
