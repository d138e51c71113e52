import { type Client, type Session, taken } from '../walk.ts';
import { createClient, createConfig } from './generated/client/index.ts';
import * as api from './generated/sdk.gen.ts';

export function clientOf(baseUrl: string): Client {
  const client = createClient(createConfig({ baseUrl, throwOnError: true }));
  const to = { client, throwOnError: true } as const;
  return {
    smsCode: async (mobile) => taken((await api.getValidateNum({ ...to, body: { mobile } })).data).info,
    register: async (body) => void taken((await api.register({ ...to, body })).data),
    async login(mobie, pwd) {
      const { data: reply } = await api.doLogin({ ...to, body: { mobie, pwd, device: 1 } });
      return reply.code === '1' ? { token: reply.data.token } : { reason: reply.data.reason };
    },
    as: (token) => sessionOf(baseUrl, token),
  };
}

function sessionOf(baseUrl: string, token: string): Session {
  const client = createClient(createConfig({ baseUrl, throwOnError: true, auth: () => token }));
  const to = { client, throwOnError: true } as const;
  return {
    myId: async () => taken((await api.ready(to)).data).myInfo.id,
    requestFriend: async (destId) =>
      void taken((await api.requestFriend({ ...to, body: { destType: 1, destId } })).data),
    acceptFriend: async (destId) =>
      void taken((await api.acceptRequest({ ...to, body: { destType: 1, destId } })).data),
    recharge: async (amount) => void taken((await api.recharge({ ...to, body: { amount } })).data),
    async sendRedPacket(destId, redPacketAmount) {
      const body = { redPacketType: 1, redPacketCount: 1, redPacketAmount, destType: 1, destId };
      return taken((await api.sendRedPacket({ ...to, body })).data).info;
    },
    openRedPacket: async (redPacketId) =>
      void taken((await api.openRedPacket({ ...to, body: { redPacketId } })).data),
    balance: async () => taken((await api.getBalance(to)).data),
    async say(destId, msgId, content) {
      const body = { msgId, fromType: 1, destId, messageType: 2, content };
      return taken((await api.imSend({ ...to, body })).data).info;
    },
    told: async () => taken((await api.imSync(to)).data).list,
    upload: async (picture) =>
      taken((await api.uploadImage({ ...to, body: { fileUpload: [picture] } })).data).fileSize,
  };
}
