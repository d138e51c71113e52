/**
 * A sample of what each type of message holds, for docs/realtime.md. A test holds them against what
 * `src/realtime/message-types.ts` says of the type.
 */

const card = { name: '林一', headUrl: '/upload/1795389016617_k6aB3.jpg' };
const group = { groupId: 10012, groupName: '茶友' };
const packet = { redPacketId: 890929152000677, msg: '新年好' };
const transfer = { transId: 890929152000090, msg: '午饭', amount: '12.50' };
const moment = { feedId: 890929152000102, feedmsg: '今天的茶', imgs: '' };
const byAdmin = { ...group, adminId: 100001, adminName: '林一' };
const muted = { ...byAdmin, silenceTime: 1795392616617 };
const note = {
  id: 21,
  title: '周六喝茶',
  content: '下午三点，老地方',
  groupId: 10012,
  userId: 100001,
  createTime: 1795389016617,
  updateTime: 1795389016617,
};
const picture = '/upload/1795389016617_k6aB3.jpg';

/** Text as it is, and what is JSON inside of the message as a value. */
const SAMPLES: Readonly<Record<number, string | object>> = {
  1: '',
  2: '喝茶？',
  3: picture,
  4: {
    fileName: '茶单.pdf',
    fileSize: '20480',
    fileUrl: '/upload/1795389016617_p2cD8.pdf',
    fileType: 'pdf',
    filished: '1',
  },
  5: '',
  6: '',
  7: '',
  8: card,
  9: card,
  10: { ...card, ...group, groupHeadUrl: '', inviterId: 100001 },
  11: card,
  12: card,
  13: { ...card, ...group, fee: '5.00' },
  15: { UUID: '3f1c9a52' },
  16: { url: '/upload/1795389016617_v1eF4.amr', time: '7' },
  17: { ...packet, command: '', redPacketType: '1' },
  18: transfer,
  19: packet,
  20: transfer,
  21: transfer,
  22: { ...packet, amount: '3.20' },
  23: card,
  24: { redPacketId: 890929152000677, msg: '4213' },
  25: '老茶友',
  26: {
    nickName: '小林',
    district: '',
    city: '杭州',
    province: '浙江',
    name: '林一',
    sex: '女',
    sign: '来喝茶',
    headUrl: picture,
    id: 100001,
    feedBackImage: '',
  },
  27: '掌柜',
  28: { id: 100002, name: '王二' },
  29: { url: picture, addr: '龙井村', lat: '30.2215', lut: '120.1071' },
  30: { img: picture, time: '9', video: '/upload/1795389016617_w3gH6.mp4' },
  31: '看完就没了',
  32: '0f9c2b7e',
  33: '0f9c2b7e',
  34: { msgCodes: '[001]', msgString: '😀', msgType: '1', aiteId: '' },
  35: { atIds: '100002', content: '@王二 来吗？' },
  36: { feedId: moment.feedId, msg: '今天的茶', imgs: '' },
  37: { msg: '好香', ...moment },
  38: moment,
  39: { amt: 12.5 },
  40: { id: 890929152000314, amount: '30.00' },
  41: { amount: '8.00' },
  42: '',
  43: '',
  46: picture,
  47: note,
  48: note,
  49: { msg: '', ...moment },
  50: packet,
  51: { ...group, destId: 100001 },
  52: { ...group, destId: 100001 },
  53: { ...group, destId: 100001 },
  54: { ...group, destId: 100001 },
  55: { ...card, role: 2 },
  56: { descriptions: '只谈茶' },
  58: { groupId: '10012', groupName: '茶友', expire: '1795389016617' },
  59: { ...group, question: '喝什么？', answer: '龙井', userAnswer: '绿茶', inviterId: 0 },
  60: byAdmin,
  61: byAdmin,
  62: muted,
  63: muted,
  64: { groupId: 10012, memberId: 100003, userId: 100001 },
  65: { groupId: 10012, expire: 1803165016617, userId: 100001 },
  66: { msgId: '0f9c2b7e', msgType: '-1' },
  67: { pid: 0, msg: '你好', gid: 890929152000520 },
  68: { content: '喝药', time: 1795389016617 },
  69: {
    rockid: 890929152000611,
    distance: 500,
    id: 100003,
    name: '赵三',
    nickName: '赵三',
    sex: '',
    headUrl: '',
    sign: '',
  },
};

/** `content` as it stands in a message of each type. */
export const CONTENT_SAMPLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SAMPLES).map(([type, value]) => [
    type,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]),
);
