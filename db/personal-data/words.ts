import type { Text } from './entry.ts';

interface Described {
  readonly text: Text;
  /** Never part of an export: it says nothing to the person, or would help a thief. */
  readonly isWithheld?: true;
}
const given = (english: string, chinese: string): Described => ({ text: [english, chinese] });
const withheld = (english: string, chinese: string): Described => ({
  text: [english, chinese],
  isWithheld: true,
});

/** What a column may hold of a person. */
export const WORDS = {
  owner: given('the person’s number', '本人编号'),
  person: given('another person’s number', '他人编号'),
  group: given('a group’s number', '群编号'),
  destination: given('the number of a person or group', '用户或群的编号'),
  id: given('the row’s number', '记录编号'),
  reference: given('the number of another row', '关联记录编号'),
  time: given('a time', '时间'),
  day: given('a day', '日期'),
  state: given('a state or setting', '状态或设置'),
  kind: given('a kind', '类别'),
  count: given('a count', '数量'),
  money: given('an amount of money', '金额'),
  text: given('what the person has written', '本人填写的内容'),
  othersText: withheld('what somebody else has written', '他人填写的内容'),
  operatorsText: given('what an operator has written', '运营人员填写的内容'),
  operator: withheld('an operator', '运营人员'),
  name: given('a name', '姓名或昵称'),
  othersName: withheld('somebody else’s name', '他人昵称'),
  foldedName: withheld('a name as searches compare it', '用于搜索比对的昵称'),
  othersPicture: withheld('somebody else’s picture', '他人头像'),
  picture: given('the address of a picture or file', '图片或文件地址'),
  mobile: given('a mobile number', '手机号'),
  othersMobile: withheld('somebody else’s mobile number', '他人手机号'),
  mail: given('a mail address', '电子邮箱'),
  sex: given('a sex', '性别'),
  birthday: given('a birthday', '生日'),
  region: given('where the person says they live', '所填地区'),
  vipNumber: given('a vip number', '靓号'),
  place: given('a place, as exact as it is stored', '位置（按存储精度）'),
  distance: given('a distance', '距离'),
  device: given('a device', '设备标识'),
  deviceKind: given('a kind of device', '设备类型'),
  network: given('a network address', '网络地址'),
  port: given('a port', '端口'),
  pushToken: withheld('a push token', '推送令牌'),
  maskedCard: given('the last digits of a card', '银行卡尾号'),
  bank: given('a bank', '银行'),
  sealed: withheld('sealed under a key of the server', '经服务器密钥加密的内容'),
  sealedBook: given('an address book, sealed', '通讯录（加密）'),
  digest: withheld('a digest', '摘要'),
  secret: withheld('a secret, as a digest', '密码或验证码的摘要'),
  trade: given('a payment provider’s number', '支付机构的交易号'),
  upload: given('the name of an uploaded file', '上传文件名'),
  reply: withheld('a reply of the server', '服务器的应答'),
  conversation: given('a conversation', '会话'),
  message: given('the name that an app gave a message', '消息标识'),
  event: withheld('an event that waits for a device', '待投递的事件'),
  key: withheld('what is counted: a mobile, an address or a number', '计数对象：手机号、地址或编号'),
  mark: withheld('a mark of the program', '程序内部标记'),
} as const satisfies Record<string, Described>;
