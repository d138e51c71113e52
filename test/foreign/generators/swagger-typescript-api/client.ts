import { type Client, type Session, taken } from '../walk.ts';
import { Api } from './generated/api.ts';

const apiOf = (baseUrl: string) =>
  new Api<string>({
    baseUrl,
    securityWorker: (token) => (token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  });

export function clientOf(baseUrl: string): Client {
  const { chat } = apiOf(baseUrl);
  return {
    smsCode: async (mobile) => taken((await chat.getValidateNum({ mobile })).data).info,
    register: async (person) => void taken((await chat.register(person)).data),
    async login(mobie, pwd) {
      const { data: reply } = await chat.doLogin({ mobie, pwd, device: 1 });
      return reply.code === '1' ? { token: reply.data.token } : { reason: reply.data.reason };
    },
    as: (token) => sessionOf(baseUrl, token),
  };
}

/** Without `upload`: this generator makes JSON text of files in an array. */
function sessionOf(baseUrl: string, token: string): Session {
  const api = apiOf(baseUrl);
  api.setSecurityData(token);
  const { chat, im, wallet } = api;
  return {
    myId: async () => taken((await chat.ready({})).data).myInfo.id,
    requestFriend: async (destId) => void taken((await chat.requestFriend({ destType: 1, destId })).data),
    acceptFriend: async (destId) => void taken((await chat.acceptRequest({ destType: 1, destId })).data),
    recharge: async (amount) => void taken((await wallet.recharge({ amount })).data),
    async sendRedPacket(destId, redPacketAmount) {
      const packet = { redPacketType: 1, redPacketCount: 1, redPacketAmount, destType: 1, destId };
      return taken((await chat.sendRedPacket(packet)).data).info;
    },
    openRedPacket: async (redPacketId) => void taken((await chat.openRedPacket({ redPacketId })).data),
    balance: async () => taken((await wallet.getBalance()).data),
    async say(destId, msgId, content) {
      const message = { msgId, fromType: 1, destId, messageType: 2, content };
      return taken((await im.imSend(message)).data).info;
    },
    told: async () => taken((await im.imSync()).data).list,
  };
}
