/** A generated client in the hands of somebody who has logged in. */
export interface Session {
  myId(): Promise<string>;
  requestFriend(person: string): Promise<void>;
  acceptFriend(person: string): Promise<void>;
  /** @param amount in yuan */
  recharge(amount: string): Promise<void>;
  /** @returns the packet's number */
  sendRedPacket(person: string, amount: string): Promise<string>;
  openRedPacket(packet: string): Promise<void>;
  /** In yuan. */
  balance(): Promise<string>;
  /** @returns what the server calls the message */
  say(person: string, msgId: string, content: string): Promise<string>;
  /** The types and contents of what the inbox holds. */
  told(): Promise<{ messageType: string; content: string }[]>;
  /** Uploads one picture. Absent where the generator cannot send a file in an array. @returns where it lies */
  upload?(picture: File): Promise<string>;
}

/** What the walk needs of a client that somebody has generated: a line or two for each call, checked by tsc. */
export interface Client {
  /** @returns the code, as a sandbox answers it */
  smsCode(mobile: string): Promise<string>;
  register(person: { mobile: string; pwd: string; name: string; validateNum: string }): Promise<void>;
  /** A refusal comes back as its reason. */
  login(mobile: string, pwd: string): Promise<{ token: string } | { reason: string }>;
  as(token: string): Session;
}

/** The data of the success among a reply's types, which `code` must tell from the refusals. */
type DataOf<Reply> = Reply extends { code: '1'; data: infer Data } ? Data : never;

const isTaken = (reply: { code: string; data: unknown }): reply is { code: '1'; data: never } =>
  reply.code === '1';

/** The data of a success. Throws where it is a refusal. */
export function taken<Reply extends { code: string; data: unknown }>(reply: Reply): DataOf<Reply> {
  if (isTaken(reply)) return reply.data;
  throw new Error(`Refused: ${JSON.stringify(reply)}`);
}

function same(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`It is ${a}, and not ${b}.`);
}

const mobileOf = (first: string) => `${first}${String(Date.now()).slice(-8)}`;

async function join(client: Client, mobile: string, name: string): Promise<Session> {
  const pwd = 'secret1';
  await client.register({ mobile, pwd, name, validateNum: await client.smsCode(mobile) });
  same(await client.login(mobile, 'secret2'), { reason: 'WRONG_PASSWORD' });
  const login = await client.login(mobile, pwd);
  if ('reason' in login) throw new Error(login.reason);
  return client.as(login.token);
}

/** The README's walk, and a message and a picture beside it. Throws where a reply is not what it should be. */
export async function walk(client: Client): Promise<void> {
  const lin = await join(client, mobileOf('157'), '林一');
  const wang = await join(client, mobileOf('156'), '王二');
  const [linId, wangId] = [await lin.myId(), await wang.myId()];
  await lin.requestFriend(wangId);
  await wang.acceptFriend(linId);
  same(await lin.say(wangId, 'tea-1', '喝茶？🍵'), 'tea-1');
  await lin.recharge('100');
  await wang.openRedPacket(await lin.sendRedPacket(wangId, '8.88'));
  same(await wang.balance(), '8.88');
  same(await lin.balance(), '91.12');
  const told = await wang.told();
  same(told.find(({ messageType }) => messageType === '2')?.content, '喝茶？🍵');
  same(told.filter(({ messageType }) => ['11', '17'].includes(messageType)).length, 2);
  if (!lin.upload) return;
  const picture = new File([await (await fetch(PICTURE)).arrayBuffer()], 'tea.png', { type: 'image/png' });
  same(/\/upload\/[\w-]+\.(png|jpg)$/.test(await lin.upload(picture)), true);
}

/** One pixel. */
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
