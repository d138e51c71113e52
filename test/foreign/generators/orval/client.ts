import { type Client, type Session, taken } from '../walk.ts';
import * as api from './generated/api.ts';

/** The server's address was named when the client was generated. */
export function clientOf(_baseUrl: string): Client {
  return {
    smsCode: async (mobile) => taken((await api.getValidateNum({ mobile })).data).info,
    register: async (person) => void taken((await api.register(person)).data),
    async login(mobie, pwd) {
      const { data: reply } = await api.doLogin({ mobie, pwd, device: 1 });
      return reply.code === '1' ? { token: reply.data.token } : { reason: reply.data.reason };
    },
    as: sessionOf,
  };
}

function sessionOf(token: string): Session {
  const as: RequestInit = { headers: { authorization: `Bearer ${token}` } };
  return {
    myId: async () => taken((await api.ready({}, as)).data).myInfo.id,
    requestFriend: async (destId) => void taken((await api.requestFriend({ destType: 1, destId }, as)).data),
    acceptFriend: async (destId) => void taken((await api.acceptRequest({ destType: 1, destId }, as)).data),
    recharge: async (amount) => void taken((await api.recharge({ amount }, as)).data),
    async sendRedPacket(destId, redPacketAmount) {
      const packet = { redPacketType: 1, redPacketCount: 1, redPacketAmount, destType: 1, destId };
      return taken((await api.sendRedPacket(packet, as)).data).info;
    },
    openRedPacket: async (redPacketId) => void taken((await api.openRedPacket({ redPacketId }, as)).data),
    balance: async () => taken((await api.getBalance(undefined, as)).data),
    async say(destId, msgId, content) {
      const message = { msgId, fromType: 1, destId, messageType: 2, content };
      return taken((await api.imSend(message, as)).data).info;
    },
    told: async () => taken((await api.imSync({}, as)).data).list,
    upload: async (picture) =>
      taken((await api.uploadImage({ fileUpload: [picture] }, undefined, as)).data).fileSize,
  };
}
