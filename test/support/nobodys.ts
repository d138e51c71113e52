import { needsReason, type Operation } from '../../src/operations/operation.ts';
import { isOptional, metaOf } from '../../src/operations/params.ts';

const FILE = '付款编号,金额,结果\n999,1.00,成功\n';

function nobodysValue({ name }: Operation, codec: Operation['params'][string]): unknown {
  const { enum: words, examples: [example] = [] } = codec.meta() as {
    readonly enum?: readonly string[];
    readonly examples?: readonly unknown[];
  };
  if (example !== undefined) return example;
  if (Array.isArray(words)) return words[0];
  const { asks } = metaOf(codec);
  if (asks === 'number') return 999;
  // No two operations name the same: what one has made, no other finds.
  return asks === 'file' ? FILE : `nobody-${name.slice(name.indexOf('.') + 1)}`.slice(0, 32);
}

/** Parameters of an operation that are well-formed, and mean nothing that there is; with a reason where it wants one. */
export function nobodys(operation: Operation): Record<string, unknown> {
  const given = Object.entries(operation.params)
    .filter(([, codec]) => !isOptional(codec))
    .map(([name, codec]) => [name, nobodysValue(operation, codec)]);
  return { ...Object.fromEntries(given), ...(needsReason(operation) ? { reason: 'a walk' } : {}) };
}
