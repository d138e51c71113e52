import type { Json } from './json.ts';

/** Samples of texts that have a form of their own, by the parameter's name. */
const BY_NAME: Readonly<Record<string, string>> = {
  mobile: '13800138000',
  mobie: '13800138000',
  validateNum: '1234',
  pwd: '123456',
  payPwd: '428517',
  amount: '10.00',
  totalAmount: '10.00',
  fee: '10.00',
  redPacketAmount: '10.00',
  idNo: '11010519491231002X',
  cardNo: '6214830100799652',
  cityId: '110000',
  latitude: '39.9087',
  longitude: '116.3975',
  lat: '39.9087',
  lng: '116.3975',
  lon: '116.3975',
  msgId: 'm-1',
  messageType: '2',
  content: '你好',
  outTradeNo: '20261201000000000001',
};

/** A value that a parameter takes, for a sample of the call. */
export function exampleOf(name: string, schema: Json): unknown {
  const { examples, enum: words, type, minimum, minLength } = schema;
  if (Array.isArray(examples)) return examples[0];
  if (Array.isArray(words)) return words.find((word) => word !== '') ?? words[0];
  if (type === 'integer' && BY_NAME[name]) return Number(BY_NAME[name]);
  if (type === 'integer') return Math.max(Number(minimum ?? 1), Math.min(1, Number(schema['maximum'] ?? 1)));
  if (type === 'number') return Number(BY_NAME[name] ?? 1);
  return (BY_NAME[name] ?? '茶馆').padEnd(Number(minLength ?? 0), '茶');
}
